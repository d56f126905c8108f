import type http from "node:http";

/** The word that every model of the fake internet answers with. */
export const ANSWER = "marzipan";

/** Names under which agents know their models' APIs. */
export const MODEL_NAMES = [
  "api.anthropic.com",
  "api.openai.com",
  "generativelanguage.googleapis.com",
  "dashscope.aliyuncs.com",
];

/** The parts of a request's body that this mock looks at; each API has its own names for them. */
interface Asked {
  stream?: boolean;
  messages?: unknown[];
  input?: unknown[];
  contents?: unknown[];
  tools?: unknown[];
  generationConfig?: { responseJsonSchema?: Schema; responseSchema?: Schema };
}

/** A JSON schema, as far as this mock reads one. */
interface Schema {
  type?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
}

/** What a model says: a word, or that its agent's shell is to run a command. */
type Said = { text: string } | { tool: string; input: Record<string, unknown>; script?: string };

/**
 * The model behind all APIs. It answers ANSWER. Where the last thing said to it holds `[[run: <command>]]`, it asks the agent's own shell tool
 * to run that, once; what the tool then says, it repeats.
 */
export function serveModels(heard: (name: string, body: string) => void) {
  return (name: string, request: http.IncomingMessage, response: http.ServerResponse): void => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      heard(name, `${request.method} ${request.url}\n${body}`);
      const path = new URL(request.url ?? "/", `https://${name}`).pathname;
      const speak = request.method === "POST" ? APIS.find(({ at }) => at.test(path))?.speak : undefined;
      if (!speak && request.headers.upgrade) {
        // As a model's API says that it has no WebSocket: codex goes on over HTTP at once, and after any other answer in 20 seconds.
        response.writeHead(426).end();
        return;
      }
      if (!speak) {
        response.writeHead(404, { "content-type": "application/json" }).end('{"error":{"message":"not here"}}');
        return;
      }
      const asked = JSON.parse(body) as Asked;
      const { type, text } = speak(asked, decide(asked), path);
      response.writeHead(200, { "content-type": type }).end(text);
    });
  };
}

function decide(asked: Asked): Said {
  const turns = asked.messages ?? asked.input ?? asked.contents ?? [];
  const last = JSON.stringify(turns.at(-1) ?? "");
  const wanted = /\[\[run: (.+?)\]\]/.exec(JSON.stringify(turns))?.[1];
  const done = /tool_result|"role":"tool"|function_call_output|custom_tool_call_output|functionResponse/.test(last);
  if (done) return { text: `${ANSWER}, and the tool said ${last}` };
  // codex may take its tools as functions of a program that the model writes.
  if (wanted && /"type":"custom","name":"exec"/.test(JSON.stringify(turns)))
    return {
      tool: "exec",
      input: {},
      script: `text(JSON.stringify(await tools.exec_command({ cmd: ${JSON.stringify(wanted)} })));`,
    };
  const shell = wanted && shellTool(asked.tools ?? []);
  if (!shell) return { text: ANSWER };
  return {
    tool: shell.name,
    input: { [shell.argument]: shell.list ? ["bash", "-lc", wanted] : wanted, description: "as asked" },
  };
}

/** The agent's shell among the tools it offers: the first whose name says so. Every API nests names and schemas in its own way. */
function shellTool(tools: unknown[]): { name: string; argument: string; list: boolean } | undefined {
  const offered = tools.flatMap((tool) => {
    const { function: inner, functionDeclarations } = tool as Record<string, unknown>;
    return (functionDeclarations as unknown[]) ?? [inner ?? tool];
  }) as Record<string, Record<string, Record<string, { type?: string }>>>[];
  const found = offered.find(({ name }) =>
    /^(bash|shell|shell_command|exec_command|run_shell_command)$/i.test(String(name)),
  );
  if (!found) return undefined;
  const schema = found.input_schema ?? found.parameters ?? found.parametersJsonSchema ?? {};
  const argument = ["command", "cmd"].find((name) => schema.properties?.[name]) ?? "command";
  return { name: String(found.name), argument, list: schema.properties?.[argument]?.type === "array" };
}

interface Speech {
  type: string;
  text: string;
}

const APIS: { at: RegExp; speak: (asked: Asked, said: Said, path: string) => Speech }[] = [
  { at: /\/v1\/messages\/count_tokens$/, speak: () => json({ input_tokens: 10 }) },
  { at: /\/v1\/messages$/, speak: anthropic },
  { at: /\/responses$/, speak: responses },
  { at: /\/chat\/completions$/, speak: completions },
  { at: /:(streamGenerateContent|generateContent)$/, speak: gemini },
];

function anthropic({ stream }: Asked, said: Said): Speech {
  const block =
    "text" in said
      ? { type: "text", text: said.text }
      : { type: "tool_use", id: "toolu_1", name: said.tool, input: said.input };
  const usage = { input_tokens: 10, output_tokens: 5 };
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-5",
    content: [block] as unknown[],
    stop_reason: "text" in said ? "end_turn" : "tool_use",
    stop_sequence: null,
    usage,
  };
  if (!stream) return json(message);
  const [empty, delta] =
    "text" in said
      ? [
          { type: "text", text: "" },
          { type: "text_delta", text: said.text },
        ]
      : [
          { ...block, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(said.input) },
        ];
  return events(
    [
      { type: "message_start", message: { ...message, content: [], stop_reason: null } },
      { type: "content_block_start", index: 0, content_block: empty },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: message.stop_reason, stop_sequence: null }, usage },
      { type: "message_stop" },
    ],
    true,
  );
}

function responses({ stream }: Asked, said: Said): Speech {
  if ("script" in said && said.script) return custom(said.tool, said.script);
  const item =
    "text" in said
      ? {
          type: "message",
          id: "msg_1",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: said.text, annotations: [] }],
        }
      : {
          type: "function_call",
          id: "fc_1",
          call_id: "call_1",
          name: said.tool,
          arguments: JSON.stringify(said.input),
          status: "completed",
        };
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 15,
  };
  const response = completed(item, usage);
  if (!stream) return json(response);
  const begun =
    "text" in said
      ? { ...item, status: "in_progress", content: [] }
      : { ...item, status: "in_progress", arguments: "" };
  const text = "text" in said ? said.text : "";
  const part = { type: "output_text", text, annotations: [] };
  const at = { output_index: 0, item_id: item.id };
  const middle =
    "text" in said
      ? [
          { type: "response.content_part.added", ...at, content_index: 0, part: { ...part, text: "" } },
          { type: "response.output_text.delta", ...at, content_index: 0, delta: text },
          { type: "response.output_text.done", ...at, content_index: 0, text },
          { type: "response.content_part.done", ...at, content_index: 0, part },
        ]
      : [
          { type: "response.function_call_arguments.delta", ...at, delta: item.arguments },
          { type: "response.function_call_arguments.done", ...at, arguments: item.arguments },
        ];
  return events(
    [
      { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
      { type: "response.output_item.added", output_index: 0, item: begun },
      ...middle,
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response },
    ],
    true,
  );
}

function completed(item: object, usage: object) {
  return {
    id: "resp_1",
    object: "response",
    created_at: 1,
    model: "gpt-5",
    status: "completed",
    output: [item],
    usage,
  };
}

/** A call of a tool whose input is text. */
function custom(name: string, input: string): Speech {
  const item = { type: "custom_tool_call", id: "ctc_1", call_id: "call_1", name, input, status: "completed" };
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  const response = completed(item, usage);
  return events(
    [
      { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response },
    ],
    true,
  );
}

function completions({ stream }: Asked, said: Said): Speech {
  const message =
    "text" in said
      ? { role: "assistant", content: said.text }
      : {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              index: 0,
              id: "call_1",
              type: "function",
              function: { name: said.tool, arguments: JSON.stringify(said.input) },
            },
          ],
        };
  const finish_reason = "text" in said ? "stop" : "tool_calls";
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const whole = { id: "chatcmpl-1", created: 1, model: "a-model" };
  if (!stream)
    return json({ ...whole, object: "chat.completion", choices: [{ index: 0, message, finish_reason }], usage });
  const chunk = (choices: unknown[], more = {}) => ({ ...whole, object: "chat.completion.chunk", choices, ...more });
  const { type, text } = events([
    chunk([{ index: 0, delta: message, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, finish_reason }]),
    chunk([], { usage }),
  ]);
  return { type, text: `${text}data: [DONE]\n\n` };
}

function gemini({ generationConfig }: Asked, said: Said, path: string): Speech {
  const schema = generationConfig?.responseJsonSchema ?? generationConfig?.responseSchema;
  if (schema && "text" in said) said = { text: JSON.stringify(fill(schema)) };
  const part = "text" in said ? { text: said.text } : { functionCall: { name: said.tool, args: said.input } };
  const whole = {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    modelVersion: "gemini-2.5-pro",
  };
  return path.endsWith(":streamGenerateContent") ? events([whole]) : json(whole);
}

/** Something that a schema allows: which model is to answer is asked of a model, and what is no answer is asked again five times. */
function fill(schema: Schema): unknown {
  const properties = Object.entries(schema.properties ?? {});
  return Object.fromEntries(
    properties.map(([name, { enum: words, type }]) => [
      name,
      words?.[0] ?? (/^(number|integer)$/i.test(type ?? "") ? 1 : ANSWER),
    ]),
  );
}

function json(value: unknown): Speech {
  return { type: "application/json", text: JSON.stringify(value) };
}

/** Server-sent events, with the name of each where the API gives them one. */
function events(list: readonly object[], named = false): Speech {
  const one = (event: object) =>
    `${named ? `event: ${(event as { type: string }).type}\n` : ""}data: ${JSON.stringify(event)}\n\n`;
  return { type: "text/event-stream", text: list.map(one).join("") };
}
