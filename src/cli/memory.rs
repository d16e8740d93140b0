//! Gives memory back to the system. Rules are read and compiled in several times the memory of what is kept of them, and the allocator
//! of glibc keeps what lies free between for itself.

/// Larger blocks are the system's own: given back as soon as they are free, and zero when they are new, so that what sled takes as zeroed
/// memory and never touches costs nothing. It is what glibc begins with; left alone it takes ever larger blocks out of its own room.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 128 * 1024;

/// Lets large blocks stay the system's own. To be called before others are taken.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)] // there is no other way to say it to the allocator
pub fn keep_large_apart() {
    // SAFETY: `mallopt(3)` is thread-safe and takes no pointer; a value that it refuses changes nothing.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
    }
}

/// Gives back all whole pages that nothing lies on.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)] // there is no other way to say it to the allocator
pub fn give_back() {
    // SAFETY: `malloc_trim(3)` is thread-safe and takes no pointer.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Other allocators need no telling.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub const fn keep_large_apart() {}

/// Other allocators give back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub const fn give_back() {}
