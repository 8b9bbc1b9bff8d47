/// Random orders that a seed repeats: the standard library's shuffle may change with its version.
package enum Shuffle {
    /// `0..<count` in random order (Fisher-Yates, from the end).
    package static func permutation(of count: Int, using generator: inout some RandomNumberGenerator) -> [Int] {
        var order = Array(0..<max(count, 0))
        for last in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(last, index(below: last + 1, using: &generator))
        }
        return order
    }

    /// 0 to `count - 1`, every one equally likely: draws that would favour some are drawn again (Lemire's method).
    package static func index(below count: Int, using generator: inout some RandomNumberGenerator) -> Int {
        let count = UInt64(count)
        let favoured = (0 &- count) % count
        while true {
            let product = generator.next().multipliedFullWidth(by: count)
            if product.low >= favoured { return Int(product.high) }
        }
    }
}
