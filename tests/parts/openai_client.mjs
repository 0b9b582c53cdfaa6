// OpenAI's JavaScript client asks a gateway in every way, and prints what it heard as JSON.
// BOXED_NODE names the folder whose node_modules hold it; the argument is the base URL.
import { createRequire } from "node:module";

const OpenAI = createRequire(`${process.env.BOXED_NODE}/here.js`)("openai");
const [baseURL, question] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "sk-client", maxRetries: 0 });
const messages = [{ role: "user", content: question }];
const heard = {};

const whole = await client.chat.completions.create({ model: "m", messages });
heard.chat = whole.choices[0].message.content;

heard.chatStream = "";
for await (const chunk of await client.chat.completions.create({ model: "m", messages, stream: true })) {
  heard.chatStream += chunk.choices[0]?.delta?.content ?? "";
}

const response = await client.responses.create({ model: "m", input: question });
heard.responses = response.output_text;

heard.responsesStream = "";
heard.kinds = [];
for await (const event of await client.responses.create({ model: "m", input: question, stream: true })) {
  heard.kinds.push(event.type);
  if (event.type === "response.output_text.delta") heard.responsesStream += event.delta;
}

const stream = client.responses.stream({ model: "m", input: question });
heard.reader = (await stream.finalResponse()).output_text;

const more = await client.responses.create({
  model: "m", input: "And where?", previous_response_id: response.id,
});
heard.more = more.output_text;

try {
  await client.responses.create({ model: "m", input: question, background: true });
} catch (error) {
  heard.refused = [error.status, error.param];
}
console.log(JSON.stringify(heard));
