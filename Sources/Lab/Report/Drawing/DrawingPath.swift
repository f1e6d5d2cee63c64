/// The outline of a shape: absolute coordinates only.
struct DrawingPath {
    private(set) var data = ""

    var isEmpty: Bool { data.isEmpty }

    mutating func move(_ x: Double, _ y: Double) { data += "M\(pair(x, y))" }
    mutating func line(_ x: Double, _ y: Double) { data += "L\(pair(x, y))" }
    mutating func close() { data += "Z" }

    mutating func curve(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ x: Double, _ y: Double) {
        data += "C\(pair(x1, y1)) \(pair(x2, y2)) \(pair(x, y))"
    }

    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
        move(x, y)
        data += "h\(Drawing.number(width))v\(Drawing.number(height))h\(Drawing.number(-width))Z"
    }

    private func pair(_ x: Double, _ y: Double) -> String { "\(Drawing.number(x)) \(Drawing.number(y))" }
}
