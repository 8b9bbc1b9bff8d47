import Testing

/// Rules that reading alone does not keep.
@Suite struct SourceRuleTests {
    /// Floors 0 to 2 and the server: what runs for every rollout.
    private static let dataPlane = ["RewardMemory", "RewardWire", "RewardKernel", "RewardServer"].flatMap {
        Repository.swiftFiles(below: "Sources/\($0)")
    }
    private static let everything = ["Sources", "Tests"].flatMap(Repository.swiftFiles)

    /// A function of the data plane is proven not to allocate, or says when and why it does: directly above itself, or above
    /// the declaration that it lies in when all of that runs before the first request only.
    @Test func everyFunctionOfTheDataPlaneSaysWhetherItAllocates() {
        #expect(Self.dataPlane.count > 50)
        for file in Self.dataPlane {
            for function in file.functions {
                let own = file.head(of: function.line) + [file.lines[function.line]]
                let outer = file.head(of: file.outerDeclaration(of: function.line))
                let isProven = own.contains { $0.contains("@_noAllocation") }
                let isExplained = (own + outer).contains { $0.hasPrefix("// Allocates: ") }
                #expect(isProven || isExplained, "\(file.path):\(function.line + 1)")
            }
        }
    }

    @Test func dataPlaneImportsNoFoundation() {
        for file in Self.dataPlane {
            #expect(
                !file.lines.contains { $0.contains("import Foundation") || $0.contains("import Dispatch") },
                "\(file.path)")
        }
    }

    @Test func filesAndFunctionsStayReadable() {
        #expect(Self.everything.count > 100)
        for file in Self.everything {
            #expect(file.lines.count <= 601, "\(file.path) has \(file.lines.count - 1) lines")
            for function in file.functions {
                #expect(function.lineCount <= 70, "\(file.path):\(function.line + 1) has \(function.lineCount) lines")
            }
        }
    }

    /// The rules themselves, on a text that breaks them.
    @Test func functionsAreFoundWithTheirLengthAndTheirComments() {
        let text = """
            // Allocates: never after start.
            struct First {
                func one() { work() }

                // Allocates: once.
                @inlinable
                package static func two(
                    _ value: Int
                ) {
                    work()
                }
            }

            extension First {
                @_noAllocation func three() {}
                // func four() {}
                let function = 5
            }
            """
        let file = SourceFile(path: "text", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        #expect(file.functions.map(\.line) == [2, 6, 14])
        #expect(file.functions.map(\.lineCount) == [1, 5, 1])
        #expect(file.head(of: 6).map(String.init) == ["@inlinable", "// Allocates: once."])
        #expect([2, 6, 14].map { file.outerDeclaration(of: $0) } == [1, 1, 13])
    }
}
