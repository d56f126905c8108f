/** What programs take an endpoint from, where it is of a kind that has such variables. */
export interface EndpointKind {
  /** What the kind is called, and an endpoint of `egress.lan` that is of it wherever it listens. */
  name: string;
  /** Where it listens, unless its name says what it is. */
  port: number;
  /** By variable; `{host}` and `{port}` are the endpoint's. */
  variables: Readonly<Record<string, string>>;
  /** Where it is said, and when it was read there. */
  source: string;
  seen: string;
}

/** Kinds whose variables are the programs' own, or those of most of their clients. */
export const ENDPOINT_KINDS: readonly EndpointKind[] = [
  {
    name: "mysql",
    port: 3306,
    variables: { MYSQL_HOST: "{host}", MYSQL_TCP_PORT: "{port}" },
    source: "https://mariadb.com/kb/en/5200/",
    seen: "2026-11-29",
  },
  {
    name: "ollama",
    port: 11434,
    variables: { OLLAMA_HOST: "http://{host}:{port}" },
    source: "https://github.com/ollama/ollama/blob/main/envconfig/config.go",
    seen: "2026-11-29",
  },
  {
    name: "postgres",
    port: 5432,
    variables: { PGHOST: "{host}", PGPORT: "{port}" },
    source: "https://access.crunchydata.com/documentation/postgresql96/9.6.6/libpq-envars.html",
    seen: "2026-11-29",
  },
  {
    name: "redis",
    port: 6379,
    variables: { REDIS_URL: "redis://{host}:{port}" },
    source: "https://github.com/redis/redis-rb/blob/master/README.md",
    seen: "2026-11-29",
  },
];
