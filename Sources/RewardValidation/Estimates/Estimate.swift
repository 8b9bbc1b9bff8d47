/// A figure, or why there is none. A NaN never stands for "unknown": a reader cannot tell it from a bug, and a comparison with it
/// is silently false.
package enum Estimate<Value: Sendable>: Sendable {
    case value(Value)
    case undefined(Undefined)

    /// What `body` gives, or why it gave nothing.
    package init(_ body: () throws(Undefined) -> Value) {
        do throws(Undefined) { self = .value(try body()) } catch { self = .undefined(error) }
    }

    package var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    package var reason: Undefined? {
        if case .undefined(let reason) = self { reason } else { nil }
    }

    package func get() throws(Undefined) -> Value {
        switch self {
        case .value(let value): return value
        case .undefined(let reason): throw reason
        }
    }

    package func map<Other: Sendable>(_ transform: (Value) -> Other) -> Estimate<Other> {
        switch self {
        case .value(let value): .value(transform(value))
        case .undefined(let reason): .undefined(reason)
        }
    }

    package func flatMap<Other: Sendable>(_ transform: (Value) -> Estimate<Other>) -> Estimate<Other> {
        switch self {
        case .value(let value): transform(value)
        case .undefined(let reason): .undefined(reason)
        }
    }
}

extension Estimate: Equatable where Value: Equatable {}
extension Estimate: Hashable where Value: Hashable {}

/// Why a figure does not exist for what was measured.
package enum Undefined: Error, Sendable, Hashable {
    /// Items, pairs, groups or steps, whatever the figure counts.
    case tooFew(needed: Int, found: Int)
    /// Every value is the same, so nothing can go along with it.
    case constant
    /// Every item is in one and the same class for everybody: agreement by chance would be complete too.
    case oneClass
    /// Nothing belongs to the class that the figure is a share of.
    case absentClass(String)
    /// Items have different numbers of ratings, where the figure wants equal ones.
    case unequalRaterCounts
    /// A value that is no finite number, or lies outside the figure's range.
    case outOfRange
    /// No threshold tells the classes apart better than one above all scores.
    case noThreshold
    /// Too many resamples had no figure themselves.
    case resamples(undefinedCount: Int, resampleCount: Int)
    /// An iteration did not settle.
    case noConvergence

    package var text: String {
        switch self {
        case .tooFew(let needed, let found): "too few: \(found) of at least \(needed)"
        case .constant: "all values are the same"
        case .oneClass: "everything is in one class"
        case .absentClass(let name): "there is no \(name)"
        case .unequalRaterCounts: "items have different numbers of ratings"
        case .outOfRange: "a value is outside the range"
        case .noThreshold: "no threshold tells the classes apart"
        case .resamples(let undefined, let all): "\(undefined) of \(all) resamples have no figure"
        case .noConvergence: "the fit does not settle"
        }
    }
}
