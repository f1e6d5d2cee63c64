import Glibc

/// What the program has taken from the heap and not given back.
enum HeapUse {
    /// Bytes in use as the allocator counts them: with its headers and what it rounds up.
    static var bytes: Int {
        let info = mallinfo2()
        return Int(info.uordblks + info.hblkhd)
    }
}
