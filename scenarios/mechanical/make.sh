#!/bin/sh
# Writes every scenario of this folder from its poll in data/, by the rule of `nemcon new --from-poll` and nothing else.
# NEMCON is the program, if it is not on the path.
set -eu
cd "$(dirname "$0")"

# A scenario: its name, its institution, and options of `nemcon new`.
make() {
  name=$1 institution=$2
  shift 2
  "${NEMCON:-nemcon}" new "$name.toml" --institution "$institution" --from-poll "data/$name.csv" --force "$@"
}

make un-1991 unsc-1991 --title "UN Secretary-General, 1991" --actual boutros-ghali --decided 1991-11-21
make un-1996 unsc-1996 --title "UN Secretary-General, 1996, from the first ballot known whole" --actual annan --decided 1996-12-13
make un-2016 unsc-2016 --title "UN Secretary-General, 2016, from the first straw poll" --actual guterres --decided 2016-10-06
make unsc-seat-2006 conclave --title "Latin American seat of the Security Council, 2006" --actual no-consensus --decided 2006-11-07
make conclave-2013 conclave --electors 115 --title "Conclave of 2013" --actual bergoglio --decided 2013-03-13
make eu-2014 eu-council-2016 --title "President of the European Commission, 2014" --actual juncker --decided 2014-06-27
make unesco-2017 unesco-board --title "Director-General of UNESCO, 2017" --actual azoulay --decided 2017-10-13
make auc-2016 african-union --abstentions --title "Chairperson of the African Union Commission, July 2016" \
  --actual no-consensus --decided 2016-07-18
make auc-2017 african-union --title "Chairperson of the African Union Commission, 2017" --actual faki --decided 2017-01-30
make ioc-2000 ioc --title "Host city of the Olympic Games of 2000" --actual sydney --decided 1993-09-23
make ioc-2010 ioc --title "Host city of the Olympic Winter Games of 2010" --actual vancouver --decided 2003-07-02
make ioc-2014 ioc --title "Host city of the Olympic Winter Games of 2014" --actual sochi --decided 2007-07-04
