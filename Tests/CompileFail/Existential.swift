// Refused: can cause metadata allocation
// A call through an existential may reach anything.
protocol Shape { var area: Double { get } }
@_noAllocation
func measure(_ shape: any Shape) -> Double {
    shape.area
}
