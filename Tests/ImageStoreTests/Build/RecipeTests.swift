import Basics
import ImageStore
import Testing
@Suite("Recipes") struct RecipeTests {
    @Test func x() {}
}
