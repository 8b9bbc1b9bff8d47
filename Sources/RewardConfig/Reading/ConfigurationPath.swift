/// The way from the top of a configuration to a value.
struct ConfigurationPath: Sendable, Hashable {
    /// Keys, and positions in lists as decimal numbers: the form in which the kernel names a setting.
    private(set) var steps: [String] = []
    private var areIndices: [Bool] = []

    func appending(key: String) -> ConfigurationPath {
        var path = self
        path.steps.append(key)
        path.areIndices.append(false)
        return path
    }

    func appending(index: Int) -> ConfigurationPath {
        var path = self
        path.steps.append(String(index))
        path.areIndices.append(true)
        return path
    }
}

extension ConfigurationPath: CustomStringConvertible {
    /// `rewards.support_answer.components.safety.lists[2]`
    var description: String {
        var text = ""
        for (step, isIndex) in zip(steps, areIndices) {
            if isIndex {
                text += "[\(step)]"
            } else {
                text += text.isEmpty ? Quoting.shortened(step) : ".\(Quoting.shortened(step))"
            }
        }
        return text
    }
}
