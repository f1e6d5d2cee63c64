/// Takes the control sequences out of a guest's console, so that a guest cannot play with the reader's terminal.
///
/// Bytes come in pieces: a sequence may begin in one and end in the next.
struct ConsoleFilter {
    private enum State {
        case text
        case escape
        /// Between `ESC [` and the letter that ends it.
        case sequence
        /// Between `ESC ]` and the bell or escape that ends it.
        case command
    }

    private var state = State.text

    mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            switch state {
            case .text:
                if byte == 0x1B {
                    state = .escape
                } else if byte == 0x0A || byte == 0x09 || (byte >= 0x20 && byte != 0x7F) {
                    result.append(byte)
                }
            case .escape:
                switch byte {
                case UInt8(ascii: "["): state = .sequence
                case UInt8(ascii: "]"): state = .command
                case 0x20...0x2F: break
                default: state = .text
                }
            case .sequence:
                if byte >= 0x40, byte <= 0x7E { state = .text }
            case .command:
                if byte == 0x07 { state = .text }
                if byte == 0x1B { state = .escape }
            }
        }
        return result
    }
}
