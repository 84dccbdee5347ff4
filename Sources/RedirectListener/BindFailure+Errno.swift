import Glibc

extension BindFailure {
    init(errno code: CInt) {
        switch code {
        case EADDRINUSE: self = .taken
        case EACCES, EPERM: self = .forbidden
        case EADDRNOTAVAIL, EAFNOSUPPORT, EPROTONOSUPPORT: self = .missing
        default: self = .other("errno \(code)")
        }
    }
}
