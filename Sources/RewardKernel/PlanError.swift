/// A setting that cannot be compiled into a plan. `key` is the path below the component's own mapping, so that the
/// configuration reader can name file and line.
package struct PlanError: Error, Equatable {
    package let key: [String]
    package let message: String

    package init(key: [String], _ message: String) {
        self.key = key
        self.message = message
    }
}
