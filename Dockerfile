# nemcon and its scenarios, with nothing else but the C library. docs/install.md says how to use it.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /nemcon
COPY . .
RUN cargo build --locked --release

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /nemcon/target/release/nemcon /usr/local/bin/
COPY scenarios /nemcon/scenarios
WORKDIR /nemcon
ENTRYPOINT ["nemcon"]
