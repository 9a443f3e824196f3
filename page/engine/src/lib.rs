//! The engine inside the page: a scenario in, and for whatever is changed in it the results and the pieces of the page
//! that show them.
//!
//! Requests and answers are JSON; what they hold stands in `engine` and `panel`. An answer that has `error` says why
//! there is no other. A request is written to the room that [`alloc`] gives, and both it and the answer are given back
//! by [`release`].

mod engine;
mod panel;

use std::cell::RefCell;

use engine::Engine;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// Room for `length` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; length].into_boxed_slice()).cast()
}

/// Gives back `length` bytes of [`alloc`] or of an answer.
///
/// # Safety
/// They must not be given back twice, nor used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(start: *mut u8, length: usize) {
    // SAFETY: by what the caller promises, this is what `Box::into_raw` returned.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(start, length)) });
}

/// Reads the scenario; [`engine::Prepare`] to [`engine::Prepared`].
///
/// # Safety
/// As all exports that follow: the bytes must be [`alloc`]'s and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prepare(start: *const u8, length: usize) -> u64 {
    // SAFETY: by what the caller promises.
    let request = unsafe { std::slice::from_raw_parts(start, length) };
    answer(request, |request| {
        let (engine, prepared) = Engine::prepare(request)?;
        ENGINE.set(Some(engine));
        Ok(prepared)
    })
}

/// What can be changed; [`engine::Describe`] to [`panel::Panel`].
///
/// # Safety
/// As [`prepare`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn describe(start: *const u8, length: usize) -> u64 {
    // SAFETY: by what the caller promises.
    let request = unsafe { std::slice::from_raw_parts(start, length) };
    answer(request, |request| with_engine(|engine| engine.describe(&request)))
}

/// Changes the world; [`engine::Settle`] to [`engine::Settled`].
///
/// # Safety
/// As [`prepare`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn settle(start: *const u8, length: usize) -> u64 {
    // SAFETY: by what the caller promises.
    let request = unsafe { std::slice::from_raw_parts(start, length) };
    answer(request, |request| with_engine(|engine| engine.settle(&request)))
}

/// Where else the world's values cannot be; anything to a list of [`engine::Refused`].
///
/// # Safety
/// As [`prepare`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn check(start: *const u8, length: usize) -> u64 {
    // SAFETY: by what the caller promises.
    let request = unsafe { std::slice::from_raw_parts(start, length) };
    answer(request, |_: IgnoredAny| with_engine(|engine| Ok(engine.check())))
}

/// Simulates rounds up to a number; [`engine::Simulate`] to the number of rounds there are now.
///
/// # Safety
/// As [`prepare`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn simulate(start: *const u8, length: usize) -> u64 {
    // SAFETY: by what the caller promises.
    let request = unsafe { std::slice::from_raw_parts(start, length) };
    answer(request, |request| with_engine(|engine| engine.simulate(&request)))
}

/// The results of the rounds simulated; [`engine::Show`] to [`engine::Shown`].
///
/// # Safety
/// As [`prepare`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn show(start: *const u8, length: usize) -> u64 {
    // SAFETY: by what the caller promises.
    let request = unsafe { std::slice::from_raw_parts(start, length) };
    answer(request, |request| with_engine(|engine| engine.show(&request)))
}

fn with_engine<T>(ask: impl FnOnce(&mut Engine) -> Result<T, String>) -> Result<T, String> {
    ENGINE.with_borrow_mut(|engine| ask(engine.as_mut().ok_or("no scenario has been read")?))
}

/// Why there is no answer.
#[derive(Serialize)]
struct Failure {
    error: String,
}

/// The answer as JSON: where it starts, and times 2^32 how long it is.
fn answer<Q: DeserializeOwned, A: Serialize>(request: &[u8], ask: impl FnOnce(Q) -> Result<A, String>) -> u64 {
    let request = serde_json::from_slice(request).map_err(|error| error.to_string());
    let answer = match request.and_then(ask) {
        Ok(answer) => serde_json::to_vec(&answer),
        Err(error) => serde_json::to_vec(&Failure { error }),
    };
    let answer = answer.unwrap_or_default().into_boxed_slice();
    let length = answer.len() as u64;
    length << 32 | Box::into_raw(answer).cast::<u8>() as u64
}
