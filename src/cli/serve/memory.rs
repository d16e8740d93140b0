//! Gives memory back to the system. Rules are read and compiled in several times the memory of what is kept of them, and the allocator
//! of glibc keeps what lies free between for itself.

/// Gives back all whole pages that nothing lies on.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)] // the only one: there is no other way to say it to the allocator
pub fn give_back() {
    // SAFETY: `malloc_trim(3)` is thread-safe and takes no pointer.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Other allocators give back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub const fn give_back() {}
