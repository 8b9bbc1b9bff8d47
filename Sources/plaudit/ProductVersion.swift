import RewardMemory

/// The version of the product, as `plaudit --version` prints it and releases are tagged.
enum ProductVersion {
    static let text = PlauditVersion.text.description
}
