/** What `burngate --help` prints. */
export const generalHelp = `burngate: is it safe to ship, by the error budget policy?

  burngate check         judge a branch now
  burngate lint          check policies, SLO files, and gates of delivery tools
  burngate objectives    see what is understood of them
  burngate rules         make Prometheus rules of SLO files
  burngate doctor        see whether GitHub really enforces the gate
  burngate quality-gate  run a Keptn quality gate
  burngate token         make and end the tokens that callers of the gate show
  burngate evaluations   see what quality gates said of deployments, and take one back
  burngate queue         see what waits, what was given up, and how far flips have come
  burngate migrate       bring the ledger's database to the newest form

  burngate COMMAND --help tells more.

Exit codes: 0 open (allow or warn), 1 held (block), 2 not known (inconclusive), 64 wrong call, 70 fault.
`;

/** What `burngate check --help` prints. */
export const checkHelp = `burngate check: judge a branch by its error budget policy, now and once

  burngate check --policy .github/slo-policy.yml --data-source http://localhost:9090
  burngate check --repo acme/shop --base main
  burngate check --repo acme/shop --format json --show findings,decision

  --policy FILE           a policy on disk; files it points at are looked up beside .github, or beside it
  --repo OWNER/NAME       the policy of a repository on GitHub, at the head of --base; reads GITHUB_TOKEN
  --base BRANCH           the base branch (default: main with --policy, the default branch with --repo)
  --data-source URL       the Prometheus to ask; without it, the file that DATA_SOURCES names
  --format text|json|github   default text; github prints a workflow annotation
  --show STAGE,...        policy, measurements, findings, decision, report (default: findings)

Or ask a Burngate that runs elsewhere, with bypasses and all that it remembers, and wait for it to open:

  burngate check --url https://gate.example.com --repo acme/shop --environment production --wait 1h --poll 60s

  --url URL               the gate; shows the token of --token-file, GATE_TOKEN_FILE or GATE_TOKEN
  --environment, --service, --sha TEXT   what the question is about
  --wait 1h, --poll 60s   ask again until it opens, at most so long (default: once)
  --token-file FILE       read anew for each question, since projected tokens are exchanged in place
  --termination-log FILE  write the reason there, too, such as /dev/termination-log

One look cannot know how long a condition has held, so a rule's \`for\` counts as over. Bypasses are not asked for.
Exit codes: 0 open (allow or warn), 1 held (block), 2 not known (inconclusive), 64 wrong call, 70 fault.
`;

/** What `burngate quality-gate --help` prints. */
export const qualityGateHelp = `burngate quality-gate: run a Keptn quality gate, as Keptn 1.4.5 decides it

  burngate quality-gate slo.yaml --sli sli.yaml --service carts --timeframe 10m --data-source http://localhost:9090
  burngate quality-gate slo.yaml --project sockshop --stage staging --service carts \\
    --start 2026-11-22T12:00:00Z --end 2026-11-22T12:10:00Z --label build=17 --json

  --sli FILE              queries by SLI; without it, Keptn's five own
  --service, --project, --stage, --deployment NAME   what \`$SERVICE\` and the others stand for (deployment: primary)
  --label NAME=VALUE      what \`$LABEL.NAME\` stands for; may be repeated
  --start, --end TIME     RFC 3339; or --timeframe 10m, up to now or from --start
  --data-source URL       the Prometheus to ask; without it, the file that DATA_SOURCES names
  --json                  print {"data": as Keptn's evaluation.finished, "asked": each SLI with its query}

There is no history here, so criteria such as \`<=+10%\` are met, as at a gate's first run.
Exit codes: 0 pass or warning, 1 fail, 2 no verdict, 64 wrong call, 70 fault.
`;

/** What `burngate lint --help` prints. */
export const lintHelp = `burngate lint: check policies, SLO files, and gates of delivery tools, without asking any Prometheus

  burngate lint .github/slo-policy.yml
  burngate lint .github/slo-policy.yml slo/*.yaml --format github
  burngate lint analysis.yaml canary.yaml slo.yaml sli.yaml alerts.yaml .github/workflows/deploy.yml

  --format text|json|github   default text; github prints workflow annotations

Each file is told by its content; docs/lints.md lists what is found in files of Argo Rollouts, Flagger, Keptn,
Prometheus and GitHub Actions.
Exit codes: 0 no error, 1 errors, 64 wrong call.
`;

/** What `burngate queue --help` prints. */
export const queueHelp = `burngate queue: see what waits, what was given up, and how far flips have come

  burngate queue
  DATABASE_URL=postgresql://burngate:PASSWORD@db.example.com/burngate burngate queue --json
  watch burngate queue

  --json     print {"backlog": [...], "openFlips": [...], "finishedFlips": [...]}; times are milliseconds since 1970

Reads the database that DATABASE_URL names, else the file that DATABASE_PATH names, and changes nothing; the server may
run meanwhile. When an installation may be written to next is known only where several processes share a database.
Exit codes: 0 nothing was given up, 1 something was, 64 wrong call, 70 fault.
`;

/** What `burngate token --help` prints. */
export const tokenHelp = `burngate token: make, show and end the tokens that callers of the gate show

  burngate token create --name argo --repo acme/shop --environment production --expires 90d
  burngate token create --name flagger --repo 'acme/*'
  burngate token list
  burngate token revoke 3f1c2f6e1b7c8000

  --name NAME              who will show it
  --repo OWNER/NAME        what it may ask about; may be repeated, \`*\` is any run of characters
  --environment NAME       may be repeated; without it: any environment, and questions that name none
  --expires 90d            without it: when it is revoked
  --json                   print JSON

A token only asks; it opens nothing. It is printed once, and only its hash is kept. Reads and writes the database that DATABASE_URL
names, else the file that DATABASE_PATH names; the server may run meanwhile.
Exit codes: 0 done, 1 there is no such token, 64 wrong call, 70 fault.
`;

/** What `burngate evaluations --help` prints. */
export const evaluationsHelp = `burngate evaluations: see what quality gates said of deployments, and take one back

  burngate evaluations list --repo acme/shop
  burngate evaluations list --repo acme/shop --count 100 --json
  burngate evaluations invalidate 6f1c2f6e-1b7c-8000-8000-2a8f1d3c5b7e --reason "load test on the same hosts"

  --repo OWNER/NAME   whose evaluations
  --count N           the newest so many (default: 20, at most 1000)
  --reason TEXT       why it is taken back, kept beside it
  --json              print {"evaluations": [...]}; times are milliseconds since 1970

Later evaluations are compared with earlier ones. What is taken back is compared with no more, and stays on record.
Reads and writes the database that DATABASE_URL names, else the file that DATABASE_PATH names; the server may run meanwhile.
Exit codes: 0 done, 1 there is no such evaluation, or it was taken back before, 64 wrong call, 70 fault.
`;

/** What `burngate migrate --help` prints. */
export const migrateHelp = `burngate migrate: bring the ledger's database to the newest form

  burngate migrate
  DATABASE_URL=postgresql://burngate:PASSWORD@db.example.com/burngate burngate migrate --json

  --json     print {"applied": [...]}

The server does the same when it starts, so this is for whoever wants to do it before. The database is the one that
DATABASE_URL names, else the file that DATABASE_PATH names. Several at once wait for each other; done is done once.
Exit codes: 0 done, 64 wrong call, 70 fault.
`;

/** What `burngate rules --help` prints. */
export const rulesHelp = `burngate rules: make Prometheus recording and alert rules of SLO files of any tool

  burngate rules slo/*.yaml --out burngate-rules.yaml && promtool check rules burngate-rules.yaml
  burngate rules slo/checkout.yaml slo/windows-7d.yaml --window 7d
  burngate rules slo/checkout.yaml --format prometheus-operator | kubectl apply -f -

  --format FORMAT         prometheus (default), prometheus-operator, or json with every problem in it
  --window 28d            the budget's window where a file has none (default: 30d)
  --out FILE              write there at once and in full (default: standard output)
  --extra-labels NAME=VALUE   a label for every recorded series; may be repeated
  --disable-alerts        recording rules alone
  --disable-recordings    alert rules alone
  --exact-period          ask the period's own events; by default it is, as Sloth makes it, the mean of its moments,
                          which is cheap and counts a quiet night as much as a busy day

Series, labels and groups are named as Sloth names them, so its dashboards work, and a policy can read them. Sloth's files
give what Sloth gives; alert windows for other periods may be among the files. Other tools' files get alerts where
they have alert windows. What cannot be made is told and left out; the rest is written.
Exit codes: 0 all made, 1 something was left out, 64 wrong call.
`;

/** What `burngate objectives --help` prints. */
export const objectivesHelp = `burngate objectives: see what is understood of SLO files and policies, without asking any Prometheus

  burngate objectives slo/*.yaml
  burngate objectives --window 28d sloth/checkout.yml
  burngate objectives --format yaml openslo/*.yaml > objectives.yml
  burngate objectives --format json .github/slo-policy.yml

  --window DURATION        the budget's window for files that hold none (default: 30d), as Sloth's do not
  --format text|json|yaml  default text; json and yaml are as entries of a policy's objectives

Reads Sloth, Pyrra, OpenSLO and Nobl9 files, YAML or JSON; what refers to each other may lie in several.
Exit codes: 0 no error, 1 errors, 64 wrong call.
`;

/** What `burngate doctor --help` prints. */
export const doctorHelp = `burngate doctor: see whether GitHub really enforces the gate

  APP_ID=123456 PRIVATE_KEY_PATH=key.pem burngate doctor
  APP_ID=123456 PRIVATE_KEY_PATH=key.pem burngate doctor --repo acme/shop --repo acme/till
  GITHUB_TOKEN=... burngate doctor --repo acme/shop --app-id 123456 --format json

  --repo OWNER/NAME           a repository; may be repeated (default: every one that the App sees)
  --app-id N                  the App's id, where only GITHUB_TOKEN is set
  --format text|json|github   default text; github prints workflow annotations

Asks as the App where APP_ID and PRIVATE_KEY or PRIVATE_KEY_PATH are set, or npm start has written its credentials
(CREDENTIALS_PATH), else with GITHUB_TOKEN, which is told nothing of the App's permissions. It only reads. Each answer is sound, a hole, or unknown; what GitHub refuses to
tell is unknown. Who may pass a ruleset or an environment by, GitHub tells to admins alone.
Exit codes: 0 all sound, 1 holes, 2 some unknown and no hole, 64 wrong call, 70 fault.
`;
