import RewardJudge
import RewardMemory

/// Decodes the `rubrics:` part.
enum RubricsDecoder {
    static func decode(_ reader: NodeReader) {
        let draft = reader.context.judgeLane
        guard let mapping = reader.mapping("a mapping from rubric names to rubrics") else {
            draft.rubrics.areNamesKnown = false
            return
        }
        let values = mapping.values
        guard values.count <= JudgeLaneLimits.rubricCountMax else {
            reader.report("has \(values.count) rubrics; at most \(JudgeLaneLimits.rubricCountMax) are allowed")
            draft.rubrics.areNamesKnown = false
            return
        }
        for (name, value) in values {
            draft.rubrics.declare(name, decodeRubric(value, name: name), at: value)
        }
    }

    /// Nil when something was reported.
    private static func decodeRubric(_ reader: NodeReader, name: String) -> RubricDraft? {
        guard let mapping = reader.mapping("a mapping with the key `criteria`") else { return nil }
        let errorCount = reader.context.errors.count
        let criteriaReader = mapping.optional("criteria")
        let criteria = criteriaReader.flatMap(decodeCriteria)
        let scaleReader = mapping.optional("scale")
        let scale = scaleReader.flatMap(decodeScale)
        let examples = mapping.optional("examples").flatMap { $0.strings() }
        let desired = mapping.optional("desired").flatMap { $0.strings() }
        let undesired = mapping.optional("undesired").flatMap { $0.strings() }
        let templateReader = mapping.optional("template")
        let template = templateReader?.string()
        let instructions = mapping.optional("instructions")?.string()
        let calls = mapping.optional("calls")
        let abstain = mapping.optional("abstain")
        let soft = mapping.optional("soft")
        let (division, policy) = (calls?.choice(CallDivision.self), abstain?.choice(AbstainPolicy.self))
        let isSoft = soft?.boolean() ?? false
        mapping.finish()
        if scaleReader != nil {
            for reader in [calls, abstain, soft] { reader?.reportKey("is only read with `criteria`") }
        } else if criteriaReader == nil {
            mapping.report("the key `criteria` is missing", suggestion: "or `scale`, for a judge that rates")
        }
        let fields = templateReader.flatMap { reader in template.flatMap { decodeTemplate(reader, $0) } }
        guard reader.context.errors.count == errorCount else { return nil }
        do {
            let rubric = try Rubric(
                name: name, criteria: criteria ?? [], scale: scale, examples: examples ?? [], desired: desired ?? [],
                undesired: undesired ?? [], template: template, instructions: instructions,
                calls: division ?? .perItem, abstain: policy ?? .skip)
            return RubricDraft(
                question: try RubricQuestion(rubric: rubric, fieldNames: fields?.fields ?? [], isSoft: isSoft),
                readsPrompt: fields?.readsPrompt ?? true, readsReferenceAnswer: fields?.readsReferenceAnswer ?? false,
                fields: fields?.fields ?? [])
        } catch {
            if error.key == "name" { reader.reportKey(error.text) } else { reader.report(error) }
            return nil
        }
    }

    private static func decodeCriteria(_ reader: NodeReader) -> [Criterion]? {
        // How many there may be says the rubric; the bound here keeps the work small.
        reader.sequence("a list of criteria", countMax: JudgementLimits.criterionCountMax)?.compactMap(decodeCriterion)
    }

    private static func decodeCriterion(_ reader: NodeReader) -> Criterion? {
        guard let mapping = reader.mapping("a mapping with the keys `name` and `text`") else { return nil }
        let name = mapping.required("name")?.nonEmptyString("a name")
        let text = mapping.required("text", suggestion: "what is true of a completion that meets the criterion")?
            .string()
        let weight = mapping.optional("weight").map { $0.number() } ?? 1
        let isRequired = mapping.optional("required").map { $0.boolean() } ?? false
        let desired = mapping.optional("desired").map { $0.strings() } ?? []
        let undesired = mapping.optional("undesired").map { $0.strings() } ?? []
        mapping.finish()
        guard let name, let text, let weight, let isRequired, let desired, let undesired else { return nil }
        do {
            return try Criterion(
                name: name, text: text, weight: weight, isRequired: isRequired, desired: desired,
                undesired: undesired)
        } catch {
            reader.report(error)
            return nil
        }
    }

    private static func decodeScale(_ reader: NodeReader) -> RubricScale? {
        guard let mapping = reader.mapping("a mapping such as {low: 1, high: 5, text: ...}") else { return nil }
        let bounds = -1_000_000...1_000_000
        let low = mapping.required("low")?.integer(in: bounds)
        let high = mapping.required("high")?.integer(in: bounds)
        let text = mapping.required("text", suggestion: "what the numbers mean")?.string()
        mapping.finish()
        guard let low, let high, let text else { return nil }
        do {
            return try RubricScale(low: low, high: high, text: text)
        } catch {
            reader.report(error)
            return nil
        }
    }
}

// MARK: - Templates

extension RubricsDecoder {
    private struct TemplateNeeds {
        let readsPrompt: Bool
        let readsReferenceAnswer: Bool
        let fields: [String]
    }

    /// What a template shows: every name in it that is not built in is a field of the request.
    private static func decodeTemplate(_ reader: NodeReader, _ text: String) -> TemplateNeeds? {
        let template: PromptTemplate
        do {
            template = try PromptTemplate(parsing: text, knownNames: nil)
        } catch {
            reader.report(error.text)
            return nil
        }
        let fields = template.names.subtracting(PromptTemplate.builtInNames).sorted()
        guard fields.count <= Limits.rewardFieldCountMax else {
            reader.report("names \(fields.count) fields; a reward reads at most \(Limits.rewardFieldCountMax)")
            return nil
        }
        var areNames = true
        for field in fields {
            guard !field.isEmpty, field.utf8.count <= Limits.nameByteCountMax,
                field.utf8.allSatisfy({ $0.isNameStart || $0.isNameContinuation })
            else {
                reader.report(
                    "\(Quoting.quoted("{{\(field)}}")) names nothing: "
                        + "a field has letters, digits and `_`, `-`, `.` (ASCII)"
                )
                areNames = false
                continue
            }
            if let near = NearestName.nearest(to: field, in: PromptTemplate.builtInNames) {
                reader.warn(at: [], "{{\(field)}} is read as a field of the request; {{\(near)}} is built in")
            }
        }
        guard areNames else { return nil }
        return TemplateNeeds(
            readsPrompt: template.names.contains(PromptTemplate.promptName),
            readsReferenceAnswer: template.names.contains(PromptTemplate.referenceAnswerName), fields: fields)
    }
}

// MARK: - Errors

extension RubricError {
    /// The message, fit for a terminal: it may show a name of the file.
    var text: String { Quoting.shortened(message, scalarCountMax: 512) }

    /// The key as steps: `criteria[2].weight` is criteria, 2, weight.
    var steps: [String] {
        key.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)
    }
}

extension NodeReader {
    /// Reports an error of a value below this one.
    func report(_ error: RubricError) {
        context.report(context.sourceMap.error(at: path.steps + error.steps, file: context.file, error.text))
    }
}
