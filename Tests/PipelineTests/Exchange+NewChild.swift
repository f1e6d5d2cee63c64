import Basics
import Pipeline
import Testing

extension Exchange {
    /// A child that is not one too many.
    mutating func newChild(lacking: Bitmap, credit: Int) throws -> ChildID {
        let child = addChild(lacking: lacking, credit: credit)
        return try #require(child)
    }
}
