import CFuzzer

/// Called by libFuzzer in place of its own mutations. In half of the calls it sets or inserts one printable character:
/// nearly all other changes make JSON or TOML invalid, so that the handling of values would rarely be reached.
@c(LLVMFuzzerCustomMutator)
func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: CUnsignedInt) -> Int {
    var random = Int(seed)
    func take(_ bound: Int) -> Int {
        defer { random /= bound }
        return random % bound
    }
    guard take(2) == 0, count > 0, count < limit else { return unsafe LLVMFuzzerMutate(data, count, limit) }
    let isNew = take(2) == 0
    let character = UInt8(0x20 + take(0x5f))
    let place = take(count)
    if isNew { unsafe (data + place + 1).update(from: data + place, count: count - place) }
    unsafe data[place] = character
    return isNew ? count + 1 : count
}
