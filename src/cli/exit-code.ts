/** Codes that scripts may rely on; `--help` shows them. */
export const EXIT = { done: 0, failed: 1, attention: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0    done; "plan" found nothing to do
  1    failed: a mistake on the command line, no gateway, a refusal; stderr says why and what to do
  2    "plan" found something to do; "check" found the config or treaty invalid; "start" could not start
  130  interrupted with Ctrl-C before it was done (following and watching end with 0)
`;

export const ENVIRONMENT_HELP = `
Environment:
  CONCORDAT_URL     the gateway to talk to, like https://concordat.example.com/graphql
  CONCORDAT_PORT    the port of a gateway on this machine, default 4000 (also the port that "start" listens on)
  CONCORDAT_TOKEN   sent as bearer token
  CONCORDAT_CONFIG  the config file of "start" and "check", default concordat.yaml where there is one
  CONCORDAT_DATA    the data folder of "start", default ./.concordat
  NO_COLOR          no colour
`;
