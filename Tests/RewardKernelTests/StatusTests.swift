import RewardKernel
import Testing

@Suite struct StatusTests {
    @Test func statusesCompareByTheirBytes() {
        for left in Status.allCases {
            for right in Status.allCases { #expect((left == right) == (left.rawValue == right.rawValue)) }
            #expect(left.isMissing == (left.rawValue >= 0x10))
            #expect(left.isError == (left.rawValue >= 0x20))
            #expect(Status(code: left.code) == left)
        }
        #expect(Status.allCases.map(\.rawValue) == Status.allCases.map(\.rawValue).sorted())
    }
}
