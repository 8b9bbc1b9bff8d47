internal import CPCRE2
internal import RewardMemory

/// What a value violates: the check, the place on the tape, and the check's own detail (a name, a type mask), or -1.
struct JSONSchemaViolation: BitwiseCopyable {
    var check = JSONSchemaCheck.never
    var index = 0
    var detail: Int32 = -1
}

/// One evaluation of a schema over a tape: bounded in depth and steps, without allocation.
///
/// Where `accepts` answers false, either the value violates the schema and `violation` says how, or `limitWasHit` and
/// nothing is known.
@safe
struct JSONSchemaEvaluation: ~Copyable {
    private let tablesCell: FixedCell<JSONSchemaTables>
    private let tape: JSONTape
    private let patternScratch: OpaquePointer?
    private let limits: JSONLimits
    private var stepsLeft: Int
    private var depthLeft: Int
    private var patternRetriesLeft: Int
    private(set) var limitWasHit = false
    private(set) var violation = JSONSchemaViolation()

    @_noAllocation
    init(_ tables: FixedCell<JSONSchemaTables>, over tape: JSONTape, _ scratch: borrowing JSONScratch) {
        tablesCell = tables
        self.tape = tape
        unsafe patternScratch = unsafe scratch.patternScratch
        limits = scratch.limits
        stepsLeft = limits.stepCountMax &+ limits.stepsPerWordMax &* tape.words.count
        depthLeft = limits.schemaDepthMax
        patternRetriesLeft = limits.patternRetryCountMax
    }

    /// Whether the value at `index` fits the schema.
    @_noAllocation
    mutating func accepts(_ schema: Int32, _ index: Int) -> Bool {
        guard spend(1), depthLeft > 0 else { return stop() }
        depthLeft &-= 1
        let range = tables.schemas[Int(schema)]
        var position = range.start
        var isFit = true
        while isFit && position < range.end {
            isFit = check(tables.instructions[Int(position)], index)
            position &+= 1
        }
        depthLeft &+= 1
        return isFit
    }

    /// Read where they lie: a dozen tables are more than what most evaluations touch of them.
    private var tables: JSONSchemaTables {
        @_noAllocation @inline(__always) unsafeAddress { unsafe tablesCell.address }
    }

    // MARK: Bounds and violations

    /// Takes steps off the budget; false when there are none left.
    @_noAllocation @inline(__always)
    private mutating func spend(_ count: Int) -> Bool {
        stepsLeft &-= count
        return stepsLeft > 0
    }

    /// A limit ends the whole evaluation: no other branch may turn "unknown" into a verdict.
    @_noAllocation
    private mutating func stop() -> Bool {
        limitWasHit = true
        stepsLeft = 0
        return false
    }

    @_noAllocation
    private mutating func violate(_ check: JSONSchemaCheck, _ index: Int, detail: Int32 = -1) -> Bool {
        violation = JSONSchemaViolation(check: check, index: index, detail: detail)
        return false
    }

    @_noAllocation
    private mutating func hold(_ isTrue: Bool, _ check: JSONSchemaCheck, _ index: Int) -> Bool {
        isTrue ? true : violate(check, index)
    }

    // MARK: Dispatch

    @_noAllocation
    private mutating func check(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        switch instruction.check {
        case .never: return violate(.never, index)
        case .type: return checkType(instruction, index)
        case .constant, .enumeration: return checkLiterals(instruction, index)
        case .minimum, .exclusiveMinimum, .maximum, .exclusiveMaximum, .multipleOf:
            return checkNumber(instruction, index)
        case .minLength, .maxLength, .pattern: return checkString(instruction, index)
        case .minItems, .maxItems, .prefixItems, .items, .contains, .uniqueItems:
            return checkArray(instruction, index)
        case .minProperties, .maxProperties, .members, .dependentRequired, .dependentSchema:
            return checkObject(instruction, index)
        case .required: preconditionFailure("required is checked by members")
        case .reference: return accepts(instruction.first, index)
        case .allOf, .anyOf, .oneOf, .not, .condition: return checkCombination(instruction, index)
        }
    }

    @_noAllocation
    private mutating func checkType(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        let wanted = UInt8(truncatingIfNeeded: instruction.first)
        if tape.types(at: index).rawValue & wanted != 0 { return true }
        return violate(.type, index, detail: instruction.first)
    }

    @_noAllocation
    private mutating func checkNumber(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        guard tape.isNumber(at: index) else { return true }
        let value = tape.number(at: index)
        let bound = tables.numbers[Int(instruction.first)]
        let isFit: Bool
        switch instruction.check {
        case .minimum: isFit = value.compared(to: bound) >= 0
        case .exclusiveMinimum: isFit = value.compared(to: bound) > 0
        case .maximum: isFit = value.compared(to: bound) <= 0
        case .exclusiveMaximum: isFit = value.compared(to: bound) < 0
        default: isFit = value.isMultiple(of: bound)
        }
        return hold(isFit, instruction.check, index)
    }

    /// Lengths are in code points.
    @_noAllocation
    private mutating func checkString(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        guard tape.isString(at: index) else { return true }
        let text = tape.string(at: index)
        guard spend(text.count / 64) else { return stop() }
        switch instruction.check {
        case .minLength: return hold(TextCount.scalars(in: text) >= Int(instruction.first), .minLength, index)
        case .maxLength: return hold(TextCount.scalars(in: text) <= Int(instruction.first), .maxLength, index)
        default: return hold(matches(instruction.first, text), .pattern, index) && !limitWasHit
        }
    }

    /// Whether the pattern is found anywhere in `text`. A small match limit first; the large one is for few texts
    /// only.
    @_noAllocation
    private mutating func matches(_ pattern: Int32, _ text: ByteView) -> Bool {
        guard spend(16 &+ text.count / 8), let scratch = unsafe patternScratch else { return stop() }
        let plan = tables.patterns[Int(pattern)]
        var start = 0
        var end = 0
        unsafe plaudit_regex_scratch_set_limit(scratch, limits.patternMatchCountMax)
        var outcome = unsafe plaudit_regex_match(plan.regex, text.base, text.count, 0, scratch, &start, &end)
        if outcome == PLAUDIT_REGEX_LIMIT && patternRetriesLeft > 0 {
            patternRetriesLeft &-= 1
            unsafe plaudit_regex_scratch_set_limit(scratch, limits.patternRetryMatchCountMax)
            outcome = unsafe plaudit_regex_match(plan.regex, text.base, text.count, 0, scratch, &start, &end)
        }
        if outcome == PLAUDIT_REGEX_MATCHED { return true }
        return outcome == PLAUDIT_REGEX_NO_MATCH ? false : stop()
    }

    // MARK: Combinations

    @_noAllocation
    private mutating func checkCombination(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        switch instruction.check {
        case .not:
            let isFit = accepts(instruction.first, index)
            if limitWasHit { return false }
            return hold(!isFit, .not, index)
        case .condition:
            let branch = accepts(instruction.first, index) ? instruction.second : instruction.third
            if limitWasHit { return false }
            return branch < 0 ? true : accepts(branch, index)
        default: return checkBranches(instruction, index)
        }
    }

    @_noAllocation
    private mutating func checkBranches(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        var fitCount = 0
        for offset in 0..<instruction.second {
            let isFit = accepts(tables.lists[Int(instruction.first &+ offset)], index)
            if limitWasHit { return false }
            if isFit { fitCount &+= 1 }
            switch instruction.check {
            case .allOf: if !isFit { return false }
            case .anyOf: if isFit { return true }
            default: if fitCount > 1 { return violate(.oneOf, index) }
            }
        }
        switch instruction.check {
        case .allOf: return true
        case .anyOf: return violate(.anyOf, index)
        default: return hold(fitCount == 1, .oneOf, index)
        }
    }

    // MARK: Arrays

    @_noAllocation
    private mutating func checkArray(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        guard tape.isArray(at: index) else { return true }
        switch instruction.check {
        case .minItems: return hold(tape.count(ofContainerAt: index) >= Int(instruction.first), .minItems, index)
        case .maxItems: return hold(tape.count(ofContainerAt: index) <= Int(instruction.first), .maxItems, index)
        case .prefixItems: return checkPrefixItems(instruction, index)
        case .items: return checkItems(instruction, index)
        case .contains: return checkContains(instruction, index)
        default: return checkUniqueItems(index)
        }
    }

    @_noAllocation
    private mutating func checkPrefixItems(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        let end = tape.end(ofContainerAt: index)
        var cursor = index &+ 1
        var position: Int32 = 0
        while cursor < end && position < instruction.second {
            guard accepts(tables.lists[Int(instruction.first &+ position)], cursor) else { return false }
            cursor = tape.next(after: cursor)
            position &+= 1
        }
        return true
    }

    @_noAllocation
    private mutating func checkItems(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        let end = tape.end(ofContainerAt: index)
        var cursor = index &+ 1
        var position: Int32 = 0
        while cursor < end {
            if position >= instruction.second {
                guard accepts(instruction.first, cursor) else { return false }
            } else {
                position &+= 1
            }
            cursor = tape.next(after: cursor)
        }
        return true
    }

    @_noAllocation
    private mutating func checkContains(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        let end = tape.end(ofContainerAt: index)
        var cursor = index &+ 1
        var fitCount: Int32 = 0
        while cursor < end {
            if accepts(instruction.first, cursor) { fitCount &+= 1 }
            if limitWasHit { return false }
            if fitCount > instruction.third { break }
            cursor = tape.next(after: cursor)
        }
        return hold(fitCount >= instruction.second && fitCount <= instruction.third, .contains, index)
    }

    /// Compares each item with each, which is why their number is capped.
    @_noAllocation
    private mutating func checkUniqueItems(_ index: Int) -> Bool {
        let end = tape.end(ofContainerAt: index)
        guard tape.count(ofContainerAt: index) <= limits.uniqueItemCountMax else { return stop() }
        var left = index &+ 1
        while left < end {
            var right = tape.next(after: left)
            while right < end {
                let areEqual = equal(tape, left, tape, right)
                if limitWasHit { return false }
                if areEqual { return violate(.uniqueItems, right) }
                right = tape.next(after: right)
            }
            left = tape.next(after: left)
        }
        return true
    }

    // MARK: Objects

    @_noAllocation
    private mutating func checkObject(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        guard tape.isObject(at: index) else { return true }
        switch instruction.check {
        case .minProperties:
            return hold(tape.count(ofContainerAt: index) >= Int(instruction.first), .minProperties, index)
        case .maxProperties:
            return hold(tape.count(ofContainerAt: index) <= Int(instruction.first), .maxProperties, index)
        case .members: return checkMembers(tables.objects[Int(instruction.first)], index)
        default:
            guard hasMember(instruction.first, index) else { return !limitWasHit }
            if case .dependentSchema = instruction.check { return accepts(instruction.second, index) }
            for offset in 0..<instruction.third {
                let name = tables.lists[Int(instruction.second &+ offset)]
                guard hasMember(name, index) else { return violate(.dependentRequired, index, detail: name) }
            }
            return true
        }
    }

    @_noAllocation
    private mutating func hasMember(_ name: Int32, _ index: Int) -> Bool {
        guard spend(1 &+ tape.count(ofContainerAt: index)) else { return stop() }
        return tape.member(tables.names[Int(name)], ofObjectAt: index) >= 0
    }

    /// One pass over the members. Of a name that stands twice, every value is looked at: whichever of them a reader
    /// takes, it fits.
    @_noAllocation
    private mutating func checkMembers(_ plan: JSONObjectPlan, _ index: Int) -> Bool {
        let end = tape.end(ofContainerAt: index)
        var missing = plan.requiredMask
        var cursor = index &+ 1
        while cursor < end {
            guard spend(1) else { return stop() }
            let name = tape.string(at: cursor)
            var isCovered = false
            let known = property(name, plan)
            if known >= 0 {
                let property = tables.properties[Int(known)]
                if property.requiredBit >= 0 { missing &= ~(1 &<< UInt64(truncatingIfNeeded: property.requiredBit)) }
                if property.schema >= 0 {
                    isCovered = true
                    if property.types != 0 {
                        guard tape.types(at: cursor &+ 1).rawValue & property.types != 0 else {
                            return violate(.type, cursor &+ 1, detail: Int32(property.types))
                        }
                    } else {
                        guard accepts(property.schema, cursor &+ 1) else { return false }
                    }
                }
            }
            for offset in 0..<plan.patternCount {
                let pair = Int(plan.patternStart &+ 2 &* offset)
                let isMatch = matches(tables.lists[pair], name)
                if limitWasHit { return false }
                guard isMatch else { continue }
                isCovered = true
                guard accepts(tables.lists[pair &+ 1], cursor &+ 1) else { return false }
            }
            if !isCovered && plan.additional >= 0 {
                guard accepts(plan.additional, cursor &+ 1) else { return false }
            }
            if plan.names >= 0 {
                guard accepts(plan.names, cursor) else { return false }
            }
            cursor = tape.next(after: cursor &+ 1)
        }
        guard missing == 0 else { return violateRequired(plan, missing, index) }
        return plan.moreRequiredCount == 0 || checkMoreRequired(plan, index)
    }

    /// The property of that name, or -1.
    @_noAllocation @inline(__always)
    private func property(_ name: ByteView, _ plan: JSONObjectPlan) -> Int32 {
        guard plan.slotMask >= 0 else { return -1 }
        let hash = JSONSchemaTables.hash(name)
        var slot = Int32(truncatingIfNeeded: hash) & plan.slotMask
        while true {
            let found = tables.slots[Int(plan.slotStart &+ slot)]
            guard found >= 0 else { return -1 }
            let property = tables.properties[Int(found)]
            if property.hash == hash && tables.names[Int(property.name)].equals(name) { return found }
            slot = (slot &+ 1) & plan.slotMask
        }
    }

    /// Names the first missing member, in the schema's order.
    @_noAllocation
    private mutating func violateRequired(_ plan: JSONObjectPlan, _ missing: UInt64, _ index: Int) -> Bool {
        let bit = Int32(truncatingIfNeeded: missing.trailingZeroBitCount)
        for slot in 0...plan.slotMask {
            let found = tables.slots[Int(plan.slotStart &+ slot)]
            if found >= 0 && tables.properties[Int(found)].requiredBit == bit {
                return violate(.required, index, detail: tables.properties[Int(found)].name)
            }
        }
        return violate(.required, index)
    }

    @_noAllocation
    private mutating func checkMoreRequired(_ plan: JSONObjectPlan, _ index: Int) -> Bool {
        for offset in 0..<plan.moreRequiredCount {
            let name = tables.lists[Int(plan.moreRequiredStart &+ offset)]
            let isThere = hasMember(name, index)
            if limitWasHit { return false }
            guard isThere else { return violate(.required, index, detail: name) }
        }
        return true
    }

    // MARK: Equality

    @_noAllocation
    private mutating func checkLiterals(_ instruction: JSONSchemaInstruction, _ index: Int) -> Bool {
        if case .constant = instruction.check {
            let isEqual = equal(tape, index, tables.literals, Int(instruction.first))
            return !limitWasHit && hold(isEqual, .constant, index)
        }
        for offset in 0..<instruction.second {
            let literal = tables.lists[Int(instruction.first &+ offset)]
            let isEqual = equal(tape, index, tables.literals, Int(literal))
            if limitWasHit { return false }
            if isEqual { return true }
        }
        return violate(.enumeration, index)
    }

    /// JSON Schema's equality: numbers by value, objects without regard to order. Recursion is as deep as the text.
    @_noAllocation
    private mutating func equal(_ left: JSONTape, _ leftIndex: Int, _ right: JSONTape, _ rightIndex: Int) -> Bool {
        guard spend(1) else { return stop() }
        if left.isNumber(at: leftIndex) {
            guard right.isNumber(at: rightIndex) else { return false }
            return left.number(at: leftIndex).compared(to: right.number(at: rightIndex)) == 0
        }
        guard left.tag(at: leftIndex) == right.tag(at: rightIndex) else { return false }
        if left.isString(at: leftIndex) { return left.string(at: leftIndex).equals(right.string(at: rightIndex)) }
        let isObject = left.isObject(at: leftIndex)
        guard isObject || left.isArray(at: leftIndex) else { return true }
        let count = left.count(ofContainerAt: leftIndex)
        guard count == right.count(ofContainerAt: rightIndex) else { return false }
        if isObject { return equalMembers(left, leftIndex, right, rightIndex, count: count) }
        let end = left.end(ofContainerAt: leftIndex)
        var leftCursor = leftIndex &+ 1
        var rightCursor = rightIndex &+ 1
        while leftCursor < end {
            guard equal(left, leftCursor, right, rightCursor) else { return false }
            leftCursor = left.next(after: leftCursor)
            rightCursor = right.next(after: rightCursor)
        }
        return true
    }

    /// Whether two objects of `count` members have the same names with equal values.
    @_noAllocation
    private mutating func equalMembers(
        _ left: JSONTape, _ leftIndex: Int, _ right: JSONTape, _ rightIndex: Int, count: Int
    ) -> Bool {
        let end = left.end(ofContainerAt: leftIndex)
        var leftCursor = leftIndex &+ 1
        var rightCursor = rightIndex &+ 1
        while leftCursor < end {
            guard spend(2 &* count) else { return stop() }
            let other = right.member(left.string(at: leftCursor), ofObjectAt: rightIndex)
            guard other >= 0, equal(left, leftCursor &+ 1, right, other) else { return false }
            // With a name that stands twice, equal counts do not yet mean equal names.
            guard left.member(right.string(at: rightCursor), ofObjectAt: leftIndex) >= 0 else { return false }
            leftCursor = left.next(after: leftCursor &+ 1)
            rightCursor = right.next(after: rightCursor &+ 1)
        }
        return true
    }
}
