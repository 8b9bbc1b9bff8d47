internal import RewardMemory

/// The bounds of JSON work: those of `Limits`, carried by the scratch so that tests can set smaller ones and meet
/// them.
package struct JSONLimits: BitwiseCopyable, Sendable {
    package var attemptCountMax = Limits.jsonExtractionAttemptCountMax
    package var schemaDepthMax = Limits.jsonSchemaDepthMax
    package var stepCountMax = Limits.jsonSchemaStepCountMax
    package var stepsPerWordMax = Limits.jsonSchemaStepsPerWordMax
    package var uniqueItemCountMax = Limits.jsonUniqueItemCountMax
    package var patternMatchCountMax = Limits.jsonPatternMatchCountMax
    package var patternRetryMatchCountMax = Limits.regexMatchCountMax
    package var patternRetryCountMax = Limits.jsonPatternRetryCountMax

    package init() {}
}
