/// One thing that is applied to an image after its packages.
enum RecipeStep: Hashable, Sendable {
    case user(RecipeUser)
    case file(RecipeFile)
    case run(String)
}
