//! The same rounds as in [`reference`](super::reference), many at a time.
//!
//! A span of rounds goes through its ballots together. Candidate by candidate, the rounds that may still ask about them
//! lie side by side (the *lanes*); who encourages, objects and vetoes in which lane is kept as bits (the *planes*), so
//! that 64 rounds are counted, judged and tallied by a few word operations. Nothing is drawn for rounds that are over.
//! What is decided round by round, such as lots and who drops out, is the code in [`steps`](super::steps) that the
//! reference uses. Both engines agree on every round exactly.
//!
//! # One span of rounds, file by file
//!
//! Before the first span:
//!
//! 1. [`spans`] says how many rounds are played together, from the room that their numbers take.
//! 2. [`prepared`] holds what a plan says once for all rounds: of each stage its [`rule`], compiled for planes; which
//!    members share the same shocks ([`sharers`]); who may ever veto whom ([`holders`]); where a stance is a matter of
//!    random bits ([`bounds`]). What of a view is needed beside the stance stands in [`needs`].
//!
//! Then, in [`engine`], span by span (there, `play` is the loop to read first):
//!
//! 3. [`world`] opens the rounds: who stands and which events happen, from [`draws`]. There is a world for each plan;
//!    all worlds of an engine meet the same draws.
//! 4. [`procedure`] takes each round to its next ballot and sorts them by its place in the procedure; rounds with the
//!    same place are a [`session`].
//! 5. [`ballot`] holds the ballot of each session, step by step. For each candidate of the field
//!    - [`kept_noise`] is brought up to this ballot, once for all worlds, and [`candidate_noise`] is its part that this
//!      world asks for;
//!    - [`views`] adds up means, shared shocks, events, momentum and the noise;
//!    - [`stances`] compares views with the members' bars: who encourages and who objects. Worlds in which everyone
//!      thinks the same share them;
//!    - [`standing`] has what follows for the candidate: heads counted, [`vetoes`] decided, the rule applied.
//!
//!    Over all candidates there are then votes, the appointment among those who pass (whom [`leaders`] sorts), and what
//!    follows where nobody is appointed: candidates drop out, holdouts yield, momentum grows.
//! 6. An [`observer`] of each world is told. [`count`] adds up the tally, for which the last standing of every
//!    candidate is what counts, [`by_ballot`] every standing if that is asked for; [`veto_flips`] notes in which rounds a single veto may matter and plays these again
//!    with that veto flipped.
//! 7. When no round goes on, [`record`] says what became of them, for the log and for comparing worlds round by round.
//!
//! Underneath lie [`planes`] (bits and counts of many rounds) and [`lanes`] (which rounds they are of).

mod ballot;
mod bounds;
mod by_ballot;
mod candidate_noise;
mod count;
mod draws;
mod engine;
mod holders;
mod kept_noise;
mod lanes;
mod leaders;
mod needs;
mod noise_store;
mod observer;
mod planes;
mod prepared;
mod procedure;
mod record;
mod rule;
mod session;
mod sharers;
mod spans;
mod stances;
mod standing;
mod veto_flips;
mod vetoes;
mod views;
mod world;

pub(super) use engine::Kernel;
pub use noise_store::NoiseStore;
pub(super) use record::SpanRecord;
pub(super) use veto_flips::VetoFlipper;
