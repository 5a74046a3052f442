/** Examples by topic: `nats cheat TOPIC`. Lines that begin with # say what the next line does. */
export const cheats: Readonly<Record<string, string>> = {
  account: `# who am I, and what may I use
nats account info

# connections of my account, the busiest first
nats account report connections --sort in-msgs

# every stream of the account into a folder, and back
nats account backup backups/ --force
nats account restore backups/
`,
  auth: `# an operator with an account and a user, credentials included
nats auth operator add ACME
nats auth account add ORDERS --defaults
nats auth user add worker ORDERS --defaults --credential worker.creds

# send the account to the servers
nats auth account push ORDERS
`,
  bench: `# publish a million messages of 128 bytes with two clients
nats bench pub test --msgs 1000000 --size 128 --clients 2

# subscribe at the same time in another terminal
nats bench sub test --msgs 1000000 --clients 2

# acknowledged publishing into a stream made for it
nats bench js pub sync test --create --msgs 10000
`,
  consumer: `# a durable pull consumer
nats consumer add ORDERS worker --pull --defaults

# take one message, then ten as bare payloads
nats consumer next ORDERS worker
nats consumer next ORDERS worker --count 10 --raw

# how far behind is everyone
nats consumer report ORDERS
`,
  context: `# name a server and its login once
nats context add lab --server nats://lab:4222 --creds lab.creds --select

# use another one for a single command
nats --context prod server list

nats context ls
`,
  errors: `# what does an error code mean
nats errors lookup 10059

# all codes about consumers
nats errors ls consumer
`,
  events: `# advisories of JetStream and of the servers, as they happen
nats events --js-advisory --srv-advisory

# as data
nats events --as ndjson
`,
  kv: `# a bucket that keeps five revisions
nats kv add CONFIG --history 5

nats kv put CONFIG color red
nats kv get CONFIG color --raw
nats kv history CONFIG color

# follow changes
nats kv watch CONFIG
`,
  latency: `# latency between two servers
nats latency --server-b other:4222 --rate 2000 --duration 10s
`,
  object: `# files in a bucket
nats object add FILES
nats object put FILES ./image.iso
nats object get FILES image.iso --output copy.iso
`,
  publish: `# one message
nats pub orders.new "hello"

# a thousand, each with its number and the time
nats pub orders.new "order {{Count}} at {{Time}}" --count 1000

# headers, and a body from a pipe, a message per line
nats pub orders.new -H Kind:test hello
seq 1 10 | nats pub orders.new --send-on newline
`,
  reply: `# answer requests with what they said
nats reply echo --echo

# answer with the output of a program; {{1}} is the second token of the subject
nats reply 'weather.*' --command "forecast {{1}}"
`,
  schemas: `# which documents exist, and one of them
nats schema search response
nats schema info io.nats.jetstream.api.v1.stream_info_response

# check a file
nats schema validate io.nats.jetstream.api.v1.stream_configuration config.json
`,
  server: `# servers, connections, accounts (system account)
nats server list
nats server report connections
nats server report accounts --sort conns

# a check for monitoring
nats server check connection --rtt-crit 250ms
`,
  stream: `# a stream over orders.>
nats stream add ORDERS --subjects 'orders.>' --defaults

nats stream ls
nats stream info ORDERS
nats stream view ORDERS

# copy to disk and back
nats stream backup ORDERS backup/
nats stream restore backup/
`,
  subscribe: `# everything below a subject
nats sub 'orders.>'

# records that "nats pub" reads back, cut down by a filter
nats sub 'orders.>' --as ndjson --jq 'select(.subject | endswith(".eu"))'

# the last message of every subject of a stream
nats sub --stream ORDERS --last-per-subject
`,
};
