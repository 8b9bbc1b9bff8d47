package struct RegexScratch: ~Copyable {
    package struct Requirements {
        package init() {}
    }

    package init(_ requirements: Requirements) throws(PlanError) {}
}
