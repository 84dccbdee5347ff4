import Glibc

/// The variables of the process's environment, by their names.
package enum ProcessEnvironment {
    package static subscript(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
