/// The version of the whole project: what `hello` and `plaudit --version` say.
public enum PlauditVersion {
    public static var text: StaticString { @_noAllocation @inlinable get { "0.1.0" } }
}
