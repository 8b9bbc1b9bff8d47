extension JudgeCall {
    /// The same question once more, for a judge whose reply could not be read (`VerdictFault.isRepairable`): nothing
    /// but JSON is asked for, once, and as coolly as can be where a temperature was set at all. The faulty reply is not
    /// shown again, since whatever misled the judge may be in it.
    package func repairing() -> JudgeCall {
        var call = self
        call.user += "\n\n" + PromptWording.repair
        if call.sampling.temperature != nil { call.sampling.temperature = 0 }
        call.sampling.sampleCount = 1
        return call
    }
}
