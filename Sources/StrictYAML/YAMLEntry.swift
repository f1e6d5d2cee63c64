/// One key of a mapping, with the key's own place.
struct YAMLEntry: Sendable {
    let name: String
    let key: YAMLValue
    let value: YAMLValue
}
