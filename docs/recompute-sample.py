#!/usr/bin/env python3
"""Draws the random part of a sampling audit again: recompute-sample.py CHECKPOINT FRAME.csv PLAN.json
CHECKPOINT is the file that was mailed; `-` takes the seed of an unofficial plan. Prints one event code a line."""
import collections, csv, hashlib, io, json, sys

checkpoint, frame_file, plan_file = sys.argv[1:]
plan = json.load(open(plan_file, encoding="utf-8"))
seed = plan["seed"]
if checkpoint != "-":
    text = open(checkpoint, encoding="utf-8", newline="").read().rsplit("\n\n", 1)[0] + "\n"
    seed = hashlib.sha256(text.encode()).hexdigest()
    if seed != plan["seed"] or int(text.split("\n")[1]) != plan["checkpoint"]["size"]:
        sys.exit("the plan was not made with this checkpoint")
data = open(frame_file, "rb").read()
if hashlib.sha256(data).hexdigest() != plan["frame_sha256"]:
    sys.exit("the plan was not made with this frame")
rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
strata = collections.defaultdict(list)  # (system, agency, unit) -> [(rank, code, officer)]
for system, agency, unit, officer, code in ([c[1:] if c[:1] == "'" else c for c in row] for row in rows):
    rank = hashlib.sha256(f"{seed}|{code}".encode()).digest()
    strata[system, agency, unit].append((rank, code, officer))
for s in plan["strata"]:
    events = sorted(strata[s["system"], s["agency"], s["unit"]])
    n, ratio, share = len(events), round(s["ratio"] * 1e6), round(s["weighted_share"] * 1e6)
    base = max(s["floor"], -(-n * ratio // 10**6))
    base = min(base, n, n if s["ceiling"] is None else s["ceiling"])
    taken, first, others = collections.Counter(), [], []  # each officer's best ranks come first
    for rank, code, officer in events:
        owed = officer != "0" and taken[officer] < s["per_officer"]
        taken[officer] += owed
        (first if owed else others).append(code)
    size = max(base - min(base * share // 10**6, s["with_findings"]), len(first))
    print(*sorted((first + others)[:size]), sep="\n", end="\n" if size else "")
