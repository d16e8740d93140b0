// The platforms' own libraries in JavaScript: they check what is signed and read what is sent. JSON in, JSON out.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

// What libraries say of themselves is no answer.
for (const name of ['log', 'info', 'debug', 'warn']) console[name] = () => {};

// They are installed beside the tests, and not beside this file.
const require = createRequire(process.argv[2] + '/');
const twilio = require('twilio');
const line = require('@line/bot-sdk');
const standard = require('standardwebhooks');
const svix = require('svix');
const wecom = require('@wecom/crypto');
const discord = require('discord-interactions');
const slack = require('@slack/bolt');
const lark = require('@larksuiteoapi/node-sdk');
const grammy = require('grammy');

const asked = JSON.parse(readFileSync(0, 'utf8'));
const { secret } = asked;
const signed = (channel) => asked.signed[channel];
const both = async (check, body) => [await check(body), await check(body + ' ')];
const holds = (check) => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

function fields(body) {
  return Object.fromEntries(new URLSearchParams(body));
}

function sealed(channel) {
  const { headers, body } = signed(channel);
  const query = fields(headers.query.replace(/^\?/, ''));
  const cipher = /<Encrypt>(?:<!\[CDATA\[)?([^<\]]+)/.exec(body)[1];
  const code = wecom.getSignature(secret, query.timestamp, query.nonce, cipher);
  const { message, id } = wecom.decrypt(asked.aes_key, cipher);
  return { same: code === query.msg_signature, message, id };
}

function seal(message, nonce) {
  const cipher = wecom.encrypt(asked.aes_key, message, asked.app);
  const second = String(asked.second);
  return { cipher, nonce, second, code: wecom.getSignature(secret, second, nonce, cipher) };
}

async function feishu() {
  const { headers, body } = signed('feishu');
  const heard = [];
  const dispatcher = new lark.EventDispatcher({
    encryptKey: secret,
    verificationToken: asked.verify,
    loggerLevel: lark.LoggerLevel.fatal,
  }).register({ 'im.message.receive_v1': (event) => heard.push(JSON.parse(event.message.content).text) });
  await dispatcher.invoke(Object.assign(Object.create({ headers }), JSON.parse(body)));
  return heard;
}

async function telegram(token) {
  const bot = new grammy.Bot('1:x', { botInfo: { id: 1, is_bot: true, first_name: 'x', username: 'x_bot' } });
  const heard = [];
  bot.on('message:text', (context) => heard.push(context.message.text));
  const take = grammy.webhookCallback(bot, 'std/http', { secretToken: token });
  const { headers, body } = signed('telegram');
  const answer = await take(new Request('https://support.example/', { method: 'POST', headers, body }));
  return [answer.status, heard];
}

// A body that is no form: checked as the library makes it of its digest, and signed for the other side.
function twilioJson(body) {
  const digest = twilio.getExpectedBodyHash(body);
  const url = asked.twilio_url + '?bodySHA256=' + digest;
  const code = twilio.getExpectedTwilioSignature(secret, url, {});
  const own = [body, body + ' '].map((text) => twilio.validateRequestWithBody(secret, code, url, text));
  return { digest, code, own };
}

const made = {
  standardwebhooks: new standard.Webhook(asked.standard).sign('msg_node', new Date(asked.second * 1000), signed('webhook').body),
  twilio: twilio.getExpectedTwilioSignature(secret, asked.twilio_url, fields(signed('twilio').body)),
  twilio_json: twilioJson(asked.twilio_json),
  wecom: seal(asked.wecom_xml, 'nonce8'),
  wechat: seal(asked.wechat_xml, 'nonce9'),
};

const answer = {
  twilio: [asked.twilio_url, asked.twilio_url + 'x'].map((url) =>
    twilio.validateRequest(secret, signed('twilio').headers['x-twilio-signature'], url, fields(signed('twilio').body))),
  line: await both((body) => line.validateSignature(body, secret, signed('line').headers['x-line-signature']), signed('line').body),
  discord: await both((body) => {
    const headers = signed('discord').headers;
    return discord.verifyKey(body, headers['x-signature-ed25519'], headers['x-signature-timestamp'], asked.public_key);
  }, signed('discord').body),
  slack: await both((body) => slack.isValidSlackRequest({
    signingSecret: secret,
    body,
    headers: {
      'x-slack-signature': signed('slack').headers['x-slack-signature'],
      'x-slack-request-timestamp': Number(signed('slack').headers['x-slack-request-timestamp']),
    },
  }), signed('slack').body),
  webhook: await both((body) => holds(() => new standard.Webhook(asked.standard).verify(body, signed('webhook').headers)), signed('webhook').body),
  event: new standard.Webhook(asked.standard).verify(asked.sent.webhook.body, asked.sent.webhook.headers).type,
  svix: new svix.Webhook(asked.standard).verify(asked.sent.webhook.body, asked.sent.webhook.headers).type,
  wecom: sealed('wecom'),
  wechat: sealed('wechat'),
  feishu: await feishu(),
  telegram: await telegram(secret),
  telegram_forged: (await telegram('another'))[0],
  made,
};
process.stdout.write(JSON.stringify(answer));
