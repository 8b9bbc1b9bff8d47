package struct FormulaPlan: BitwiseCopyable {
    @_noAllocation func uses(_ index: Int) -> Bool { true }
    @_noAllocation func evaluate(_ values: borrowing InlineArray<32, Double>) -> Double? { nil }
}
