internal import RewardMemory

/// The instructions of a JSON value, one after the other, in either of the shapes that data sets have: an array of objects,
/// or an object (alone, or the one item of an array) with a list of names and a list of arguments.
package struct InstructionList: BitwiseCopyable {
    package struct Entry: BitwiseCopyable {
        /// Nil when the name is not known or an argument is missing.
        package let kind: InstructionKind?
        package let arguments: InstructionArguments
    }

    private let tape: JSONTape
    /// The next instruction, or in lists of names the next name.
    private var cursor = 0
    private var end = 0
    /// The next arguments beside the next name; -1 in an array of objects.
    private var argumentsCursor = -1
    private var argumentsEnd = -1
    /// False when the value has neither shape; then there are no instructions.
    package private(set) var isReadable = true

    /// The instructions of the value at `root`.
    @_noAllocation
    package init(_ tape: JSONTape, at root: Int) {
        self.tape = tape
        var place = root
        if tape.isArray(at: place), tape.count(ofContainerAt: place) == 1, tape.isObject(at: place &+ 1),
            Self.names(tape, place &+ 1) >= 0
        {
            place &+= 1
        }
        if tape.isArray(at: place) {
            cursor = place &+ 1
            end = tape.end(ofContainerAt: place)
            return
        }
        guard tape.isObject(at: place) else {
            isReadable = false
            return
        }
        let names = Self.names(tape, place)
        let arguments = tape.member(ByteView("kwargs"), ofObjectAt: place)
        guard names >= 0, arguments >= 0, tape.isArray(at: arguments),
            tape.count(ofContainerAt: arguments) == tape.count(ofContainerAt: names)
        else {
            isReadable = false
            return
        }
        cursor = names &+ 1
        end = tape.end(ofContainerAt: names)
        argumentsCursor = arguments &+ 1
        argumentsEnd = tape.end(ofContainerAt: arguments)
    }

    /// Where the list of names stands in the object at `place`, or -1.
    @_noAllocation
    private static func names(_ tape: JSONTape, _ place: Int) -> Int {
        var names = tape.member(ByteView("instruction_id"), ofObjectAt: place)
        if names < 0 { names = tape.member(ByteView("instruction_id_list"), ofObjectAt: place) }
        return names >= 0 && tape.isArray(at: names) ? names : -1
    }

    @_noAllocation
    package mutating func next() -> Entry? {
        guard cursor < end else { return nil }
        let place = cursor
        cursor = tape.next(after: cursor)
        if argumentsCursor >= 0 {
            let arguments = argumentsCursor
            precondition(arguments < argumentsEnd, "there are as many arguments as names")
            argumentsCursor = tape.next(after: arguments)
            return entry(name: place, object: tape.isObject(at: arguments) ? arguments : -1)
        }
        guard tape.isObject(at: place) else { return entry(name: -1, object: -1) }
        var name = tape.member(ByteView("id"), ofObjectAt: place)
        if name < 0 { name = tape.member(ByteView("instruction_id"), ofObjectAt: place) }
        let arguments = tape.member(ByteView("kwargs"), ofObjectAt: place)
        return entry(name: name, object: arguments >= 0 && tape.isObject(at: arguments) ? arguments : place)
    }

    @_noAllocation
    private func entry(name: Int, object: Int) -> Entry {
        let arguments = InstructionArguments(tape, object: object)
        guard name >= 0, tape.isString(at: name), let kind = InstructionKind.named(tape.string(at: name)),
            kind.isComplete(arguments)
        else { return Entry(kind: nil, arguments: arguments) }
        return Entry(kind: kind, arguments: arguments)
    }
}
