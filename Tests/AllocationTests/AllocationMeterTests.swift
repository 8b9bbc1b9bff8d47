import CAllocationCounter
import Glibc
import Testing

/// The meter itself, tested: a counter that always says 0 would pass every other test here.
@Suite(.enabled(if: AllocationMeter.isCounting)) struct AllocationMeterTests {
    @Test func hundredArraysAreAtLeastHundredAllocations() {
        var sum = 0
        let count = AllocationMeter.count {
            for index in 0..<100 {
                var array = [Int](repeating: index, count: 64)
                withExtendedLifetime(array) { sum &+= array.count }
                array.removeAll()
            }
        }
        #expect(count >= 100)
        #expect(count < 1_000)
        #expect(sum == 6_400)
        #expect(plaudit_allocations_bytes() >= 100 * 64 * 8)
    }

    @Test func arithmeticAllocatesNothing() {
        var sum = 0
        let body = { for index in 0..<1_000 { sum &+= index } }
        body()
        #expect(AllocationMeter.count(body) == 0)
    }

    @Test func everyFunctionOfTheFamilyIsCounted() {
        // Twice, because the first round also sets up the runtime's metadata in a debug build.
        var count = 0
        for _ in 0..<2 { count = AllocationMeter.count(callEachOnce) }
        #expect(count == 8)
    }

    @Test func otherThreadsCountForTheProcessOnly() async {
        let ownCount = AllocationMeter.count {}
        plaudit_process_allocations_begin()
        let array = await Task.detached { [Int](repeating: 1, count: 1_000) }.value
        let processCount = plaudit_process_allocations_end()
        #expect(array.count == 1_000)
        #expect(ownCount == 0)
        #expect(processCount >= 1)
    }

    @inline(never) @_optimize(none)
    private func callEachOnce() {
        release(malloc(10))
        release(calloc(2, 10))
        release(realloc(nil, 10))
        release(aligned_alloc(64, 64))
        release(memalign(64, 64))
        release(valloc(64))
        release(pvalloc(64))
        var block: UnsafeMutableRawPointer?
        posix_memalign(&block, 64, 64)
        release(block)
    }

    /// Out of the optimiser's sight, which leaves out a block that is only given back.
    @inline(never) @_optimize(none)
    private func release(_ block: UnsafeMutableRawPointer?) {
        free(block)
    }
}
