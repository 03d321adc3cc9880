package stdlib

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"mcpjs/engine"
)

// systemError is a system call's failure as node words it: an Error with code,
// errno, syscall, path and dest, and a message that says them all.
func systemError(call string, err error, paths ...string) *engine.Error {
	var known *engine.Error
	if errors.As(err, &known) {
		return known
	}
	code, number := errno(err)
	message := messages[code]
	if message == "" {
		message = reason(err)
	}
	if code != "" {
		message = code + ": " + message
	}
	message += ", " + call
	fields := []engine.Field{{Name: "errno", Value: number}, {Name: "code", Value: code}, {Name: "syscall", Value: call}}
	for i, path := range paths {
		if i == 0 {
			fields = append(fields, engine.Field{Name: "path", Value: path})
			message += " '" + path + "'"
		} else {
			fields = append(fields, engine.Field{Name: "dest", Value: path})
			message += " -> '" + path + "'"
		}
	}
	if code == "" {
		fields = fields[2:]
	}
	return &engine.Error{Message: message, Fields: fields}
}

// errno gives an error's name, such as "ENOENT", and number, negative as in
// node; "" for what is no error of the system's.
func errno(err error) (code string, number int) {
	var n syscall.Errno
	if errors.As(err, &n) {
		if code := errnoName(n); code != "" {
			return code, -int(n)
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "ENOENT", -int(syscall.ENOENT)
	case errors.Is(err, fs.ErrExist):
		return "EEXIST", -int(syscall.EEXIST)
	case errors.Is(err, fs.ErrPermission):
		return "EACCES", -int(syscall.EACCES)
	case errors.Is(err, os.ErrClosed):
		return "EBADF", -int(syscall.EBADF)
	case errors.Is(err, fs.ErrInvalid):
		return "EINVAL", -int(syscall.EINVAL)
	}
	return "", 0
}

// reason is an error's text without the call and path that Go put before it.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return strings.TrimSuffix(err.Error(), "\n")
}

// messages are libuv's.
var messages = map[string]string{
	"E2BIG": "argument list too long", "EACCES": "permission denied", "EAGAIN": "resource temporarily unavailable",
	"EBADF": "bad file descriptor", "EBUSY": "resource busy or locked", "ECHILD": "no child process",
	"EEXIST": "file already exists", "EFBIG": "file too large", "EINTR": "interrupted system call",
	"EINVAL": "invalid argument", "EIO": "i/o error", "EISDIR": "illegal operation on a directory",
	"ELOOP": "too many symbolic links encountered", "EMFILE": "too many open files", "EMLINK": "too many links",
	"ENAMETOOLONG": "name too long", "ENFILE": "file table overflow", "ENODEV": "no such device",
	"ENOENT": "no such file or directory", "ENOMEM": "not enough memory", "ENOSPC": "no space left on device",
	"ENOSYS": "function not implemented", "ENOTDIR": "not a directory", "ENOTEMPTY": "directory not empty",
	"ENOTSUP": "operation not supported on socket", "ENXIO": "no such device or address",
	"EPERM": "operation not permitted", "EPIPE": "broken pipe", "EROFS": "read-only file system",
	"ESPIPE": "invalid seek", "ESRCH": "no such process", "ETXTBSY": "text file is busy",
	"EXDEV": "cross-device link not permitted", "ETIMEDOUT": "connection timed out", "ENOEXEC": "exec format error",
	"ECONNREFUSED": "connection refused", "ECONNRESET": "connection reset by peer", "ECONNABORTED": "software caused connection abort",
	"EADDRINUSE": "address already in use", "EADDRNOTAVAIL": "address not available", "EHOSTUNREACH": "host is unreachable",
	"ENETUNREACH": "network is unreachable", "ENOTCONN": "socket is not connected", "ENOTSOCK": "socket operation on non-socket",
	"EALREADY": "connection already in progress", "EISCONN": "socket is already connected", "EDQUOT": "disk quota exceeded",
}
