/** What an agent shows when it waits for a prompt, and how it is asked. */
export interface Prompt {
  prompt: RegExp;
  /** Arguments that make it use a model of the fake internet in print mode. */
  ask?: string[];
  /** The API it then asks. */
  name: string;
  guarded: boolean;
}

/** All agents, as the tests meet them: each with KEY as its key, at the fake internet's models. */
export const PROMPTS: Record<string, Prompt> = {
  claude: { prompt: /❯[\s\S]*bypass permissions on/, name: "api.anthropic.com", guarded: true },
  codex: { prompt: /Ask Codex to do anything/, name: "api.openai.com", guarded: true },
  // Without an account of GitHub it works with a model of one's own.
  copilot: { prompt: /❯[\s\S]*Allow All/, name: "api.openai.com", guarded: true },
  gemini: { prompt: /Type your message/, name: "generativelanguage.googleapis.com", guarded: true },
  opencode: {
    prompt: /Ask anything/,
    ask: ["-m", "anthropic/claude-sonnet-4-5"],
    name: "api.anthropic.com",
    guarded: true,
  },
  pi: { prompt: /\(auto\).*claude/, name: "api.anthropic.com", guarded: true },
  qwen: { prompt: /Type your message|YOLO mode/, name: "dashscope.aliyuncs.com", guarded: true },
  shell: { prompt: /dev@\S+:\/workspace\$/, name: "", guarded: false },
};

/** No key of anybody's. */
export const KEY = "sk-test-0123456789012345678901234567890123456789";

/** The client's keys for them: `credentials`, with the keys in the variables ONE and OTHER of the caller. */
export const CREDENTIALS = {
  claude: { apiKey: { env: "ONE" } },
  codex: { apiKey: { env: "ONE" } },
  gemini: { apiKey: { env: "ONE" } },
  opencode: { apiKey: { env: "ONE" }, variable: "ANTHROPIC_API_KEY" },
  pi: { apiKey: { env: "OTHER" } },
  qwen: { apiKey: { env: "ONE" } },
};

/** What goes before an agent's command: copilot's way to a model without an account of GitHub. */
export function environment(name: string): string {
  if (name !== "copilot") return "";
  const said = { TYPE: "openai", BASE_URL: "https://api.openai.com/v1", API_KEY: KEY };
  return `env COPILOT_MODEL=gpt-5 ${Object.entries(said)
    .map(([word, value]) => `COPILOT_PROVIDER_${word}=${value}`)
    .join(" ")}`;
}
