import Glibc

/// Reads the process's environment variables by name.
package enum ProcessEnvironment {
    package static subscript(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
