# What the page's code reads is what the files say, and what it draws is what it read.
options(warn = 2)
source("page.R")
stopifnot(length(parse("untested.R")) > 5)

# The cells of a file as they are written, each a text.
cells <- function(file) {
  rows <- lapply(readLines(file, encoding = "UTF-8"), function(line)
    scan(text = line, what = "", sep = ",", quote = "\"", na.strings = character(), quiet = TRUE, encoding = "UTF-8"))
  width <- length(rows[[1]])
  table <- unlist(lapply(rows[-1], function(row) c(row, rep("", width - length(row)))))
  matrix(as.character(table), ncol = width, byrow = TRUE, dimnames = list(NULL, rows[[1]]))
}

# Every cell: empty is missing, and no other is; texts are the same, numbers are those written.
compared_cells <- 0
check_file <- function(file) {
  read <- read_nemcon(file)
  raw <- cells(file)
  stopifnot(identical(names(read), colnames(raw)), nrow(read) == nrow(raw))
  for (column in names(read)) {
    value <- read[[column]]
    text <- unname(raw[, column])
    if (!identical(is.na(value), text == "")) stop(file, " ", column, ": other cells are missing than the empty ones")
    there <- text != ""
    same <- if (is.character(value)) value == text
      else if (is.logical(value)) tolower(value) == text
      else grepl("^-?[0-9]", text) & abs(value - as.numeric(text)) == 0
    if (!all(same[there])) stop(file, " ", column, ": not what is written")
    compared_cells <<- compared_cells + sum(there)
  }
}

for (name in c("ids", "all")) {
  ask <- function(command, ..., rounds = 2000)
    run_nemcon(command, paste0(name, ".toml"), "--rounds", rounds, "--out", file.path(name, command), "--quiet", ...)
  ask("run", "--log-rounds", file.path(name, "run/rounds.csv"))
  ask("compare")
  ask("influence")
  ask("leverage")
  other <- if (name == "ids") "NaN" else "FALSE"
  ask("sweep", "--vary", "support.TRUE.007=0,1", "--vary", paste0("assumption=T,", other), rounds = 1e5)
}
run_nemcon("score", "scenarios/un-1996.toml", "--rounds", 2000, "--out", "ids/score", "--quiet")
run_nemcon("update", "scenarios/un-1996.toml", "--polls", "second-term", "--judgements", 0, "--out", "ids/update",
           "--quiet")
files <- list.files(c("results", "compared", "ids", "all"), "\\.csv$", recursive = TRUE, full.names = TRUE)
stopifnot(length(files) > 60)
for (file in files) check_file(file)

candidates <- list(ids = c("007", "1e5", "NULL"), all = c("007", "12", "1e5"))
members <- list(ids = c("F", "NA", "NO", "TRUE"), all = c("F", "FALSE", "T", "TRUE"))
assumptions <- list(ids = c("NaN", "T"), all = c("FALSE", "T"))
for (name in names(candidates)) {
  ids <- function(file, column) sort(unique(read_nemcon(file.path(name, file))[[column]]), method = "radix")
  stopifnot(
    identical(ids("run/vetoes.csv", "member"), members[[name]]),
    identical(ids("run/candidates.csv", "candidate"), candidates[[name]]),
    identical(ids("influence/influence.csv", "outcome"), c(candidates[[name]], "no-consensus")),
    identical(ids("compare/comparison.csv", "assumption"), assumptions[[name]]),
    identical(ids("sweep/sweep.csv", "assumption"), assumptions[[name]]),
    identical(ids("sweep/sweep.csv", "rounds"), 100000L),
    identical(ids("run/judgement_indices.csv", "judgement"), "Inf"),
    all(c("TRUE", "Smith, \"J.\"") %in% ids("run/candidates.csv", "candidate_name")),
    identical(read_seed(file.path(name, "run/run.json")), "18446744073709551615")
  )
}
stopifnot(identical(unique(read_nemcon("ids/score/scores.csv")$seed), "19961119"))

# The same seed, the same bytes.
stopifnot(identical(readLines("results/outcomes.csv"), readLines("again/outcomes.csv")))

# Tables that were turned hold what they held, and rounds are those that were counted.
key <- c("outcome", "assumption")
long <- long[do.call(order, long[key]), ]
kept <- compared[do.call(order, compared[key]), ]
stopifnot(identical(long$probability, kept$probability), ncol(wide) == 4)
stopifnot(nrow(statistics) == 4 * nrow(polls))
stopifnot(identical(statistics$support[statistics$statistic == "q95"], polls$support_q95))
stopifnot(identical(statistics$vetoes[statistics$statistic == "mean"], polls$vetoes_mean))
stopifnot(sum(outcomes$count) == 20000, all(table(rounds$outcome)[outcomes$outcome] == outcomes$count))

# The charts show the numbers of the files, and are pictures.
shown <- function(plot, layer, what) sort(layer_data(plot, layer)[[what]])
raw <- function(file, column) sort(as.numeric(cells(file)[, column]))
stopifnot(
  identical(shown(chosen_plot, 1, "xmax"), raw("results/ranges.csv", "q95")),
  identical(shown(chosen_plot, 2, "x"), raw("results/outcomes.csv", "probability")),
  identical(shown(chosen_plot, 2, "xmin"), raw("results/outcomes.csv", "ci_low")),
  identical(shown(changes_plot, 2, "xmin"), raw("compared/comparison_ranges.csv", "q05")),
  identical(shown(changes_plot, 3, "x"), raw("compared/comparison.csv", "difference")),
  identical(shown(changes_plot, 3, "xmax"), raw("compared/comparison.csv", "ci_high"))
)
written <- cells("results/vetoes.csv")
written <- written[written[, "kind"] == "member" & written[, "member"] %in% vetoes$member, "veto_rate"]
stopifnot(identical(sort(vetoes_plot$data$veto_rate), sort(as.numeric(written))), length(written) > 20)
stopifnot(nrow(layer_data(vetoes_plot, 1)) == length(written))
for (picture in c("chosen.png", "changes.png", "vetoes.png")) {
  begin <- readBin(picture, "raw", 8)
  stopifnot(identical(begin, as.raw(c(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))), file.size(picture) > 10000)
}
cat("\n", compared_cells, " cells of ", length(files), " files are read as written, three charts drawn\n", sep = "")
