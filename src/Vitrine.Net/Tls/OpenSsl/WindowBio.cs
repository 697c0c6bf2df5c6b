using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vitrine.Net.Tls.OpenSsl;

/// <summary>
/// How OpenSSL reads and writes: from and to windows of memory that the engine lends for one call. One of a worker, and
/// all its sessions share it: so none of them has a buffer of its own while it is idle.
/// </summary>
internal sealed unsafe class WindowBio : IDisposable
{
    private static readonly Lazy<nint> Method = new(MakeMethod);

    private readonly Windows* windows;

    /// <summary>Makes one.</summary>
    public WindowBio()
    {
        windows = (Windows*)NativeMemory.AllocZeroed((nuint)sizeof(Windows));
        Handle = Libcrypto.BIO_new(Method.Value);
        if (Handle == 0) throw OpenSslError.Take("no BIO");
        Libcrypto.BIO_set_data(Handle, (nint)windows);
        Libcrypto.BIO_set_init(Handle, 1);
    }

    /// <summary>OpenSSL's name for it.</summary>
    public nint Handle { get; private set; }

    /// <summary>How much of what it was lent is not read yet.</summary>
    public nuint Unread => windows->InputLength;

    /// <summary>How much was written.</summary>
    public int Written
    {
        get => (int)windows->OutputLength;
        set => windows->OutputLength = (nuint)value;
    }

    /// <summary>What is read next; it must stay where it is.</summary>
    public void Lend(byte* input, int length)
    {
        windows->Input = input;
        windows->InputLength = (nuint)length;
    }

    /// <summary>Where what is written goes.</summary>
    public void SetOutput(nint address, int length)
    {
        windows->Output = (byte*)address;
        windows->OutputRoom = (nuint)length;
    }

    /// <summary>Frees it, once no session has it any more.</summary>
    public void Dispose()
    {
        if (Handle == 0) return;
        _ = Libcrypto.BIO_free(Handle);
        Handle = 0;
        NativeMemory.Free(windows);
    }

    // There is one of it, for as long as the process lives.
    private static nint MakeMethod()
    {
        fixed (byte* name = "vitrine window\0"u8)
        {
            // OpenSSL keeps the name, and reads it in traces alone: it is a constant of the program.
            var method = Libcrypto.BIO_meth_new(
                Libcrypto.BIO_get_new_index() | Libcrypto.BIO_TYPE_SOURCE_SINK, name);
            if (method == 0) throw OpenSslError.Take("no BIO");
            _ = Libcrypto.BIO_meth_set_read_ex(method, &Read);
            _ = Libcrypto.BIO_meth_set_write_ex(method, &Write);
            _ = Libcrypto.BIO_meth_set_ctrl(method, &Control);
            return method;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint bio, byte* buffer, nuint length, nuint* read)
    {
        var windows = (Windows*)Libcrypto.BIO_get_data(bio);
        var count = Math.Min(length, windows->InputLength);
        *read = count;
        if (count == 0)
        {
            // No end: there will be more.
            Libcrypto.BIO_set_flags(bio, Libcrypto.BIO_FLAGS_READ | Libcrypto.BIO_FLAGS_SHOULD_RETRY);
            return 0;
        }
        Libcrypto.BIO_clear_flags(bio, Libcrypto.BIO_FLAGS_READ | Libcrypto.BIO_FLAGS_SHOULD_RETRY);
        Buffer.MemoryCopy(windows->Input, buffer, length, count);
        windows->Input += count;
        windows->InputLength -= count;
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint bio, byte* buffer, nuint length, nuint* written)
    {
        var windows = (Windows*)Libcrypto.BIO_get_data(bio);
        *written = 0;
        if (length > windows->OutputRoom - windows->OutputLength) return 0; // nothing is ever this long
        Buffer.MemoryCopy(
            buffer, windows->Output + windows->OutputLength, windows->OutputRoom - windows->OutputLength, length);
        windows->OutputLength += length;
        *written = length;
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Control(nint bio, int command, nint number, nint pointer) =>
        command == Libcrypto.BIO_CTRL_FLUSH ? 1 : 0;

    [StructLayout(LayoutKind.Sequential)]
    private struct Windows
    {
        public byte* Input;
        public nuint InputLength;
        public byte* Output;
        public nuint OutputRoom;
        public nuint OutputLength;
    }
}
