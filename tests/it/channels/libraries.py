"""The platforms' own libraries in Python: they check what is signed and read what is sent. JSON in, JSON out."""

import datetime
import json
import sys
from urllib.parse import parse_qsl

import lark_oapi
import svix
import telegram
from dingtalk_stream import ChatbotMessage
from discord_interactions import verify_key
from lark_oapi.core.model import RawRequest
from linebot.v3.messaging import PushMessageRequest
from linebot.v3.webhook import WebhookParser
from pywa.utils import webhook_updates_validator
from slack_sdk.models.blocks import Block
from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook
from twilio.request_validator import RequestValidator
from wechatpy.enterprise.crypto import WeChatCrypto

# What libraries say of themselves is no answer.
answer, sys.stdout = sys.stdout, sys.stderr
asked = json.load(sys.stdin)
secret = asked["secret"]


def signed(channel):
    one = asked["signed"][channel]
    return one["headers"], one["body"]


def sent(channel):
    return json.loads(asked["sent"][channel]["body"])


def meta(channel):
    headers, body = signed(channel)
    code = headers["x-hub-signature-256"]
    return [webhook_updates_validator(secret, text.encode(), code) for text in (body, body + " ")]


def telegram_text():
    _, body = signed("telegram")
    return telegram.Update.de_json(json.loads(body), None).message.text


def telegram_buttons():
    markup = telegram.InlineKeyboardMarkup.de_json(sent("telegram")["reply_markup"], None)
    return [button.text for row in markup.inline_keyboard for button in row]


def feishu():
    headers, body = signed("feishu")
    heard = []
    builder = lark_oapi.EventDispatcherHandler.builder(secret, asked["verify"])
    handler = builder.register_p2_im_message_receive_v1(
        lambda event: heard.append(json.loads(event.event.message.content)["text"])
    ).build()
    request = RawRequest()
    request.uri = "/hooks/feishu/shop"
    names = {name: "-".join(part.capitalize() for part in name.split("-")) for name in headers}
    request.headers = {names[name]: value for name, value in headers.items()}
    request.body = body.encode()
    return [handler.do(request).status_code, heard]


def discord():
    headers, body = signed("discord")
    code, second = headers["x-signature-ed25519"], headers["x-signature-timestamp"]
    return [verify_key(text.encode(), code, second, asked["public_key"]) for text in (body, body + " ")]


def slack():
    headers, body = signed("slack")
    second = headers["x-slack-request-timestamp"]
    check = SignatureVerifier(secret)
    return [check.is_valid(text, second, headers["x-slack-signature"]) for text in (body, body + " ")]


def slack_blocks():
    blocks = Block.parse_all(sent("slack")["blocks"])
    for block in blocks:
        block.validate_json()
    # What it does not know, it reads as something else.
    if [block.to_dict() for block in blocks] != sent("slack")["blocks"]:
        return "the library reads other blocks"
    return [element.text.text for block in blocks for element in getattr(block, "elements", [])]


def line():
    headers, body = signed("line")
    events = WebhookParser(secret).parse(body, headers["x-line-signature"])
    return events[0].message.text


def line_buttons():
    request = PushMessageRequest.from_dict(sent("line"))
    return [item.action.label for item in request.messages[0].quick_reply.items]


def twilio():
    headers, body = signed("twilio")
    fields = dict(parse_qsl(body, keep_blank_values=True))
    check = RequestValidator(secret)
    return [
        check.validate(url, fields, headers["x-twilio-signature"])
        for url in (asked["twilio_url"], asked["twilio_url"] + "x")
    ]


def twilio_json():
    """A body that is no form: checked as the library makes it of its digest, and signed for the other side."""
    body, check = asked["twilio_json"], RequestValidator(secret)
    digest = RequestValidator(secret).compute_hash(body)
    url = asked["twilio_url"] + "?bodySHA256=" + digest
    code = check.compute_signature(url, {})
    own = [check.validate(url, text, code) for text in (body, body + " ")]
    return {"digest": digest, "code": code, "own": own}


def twilio_shared_key():
    """Signed with a key of its own, as a rule of the account may say."""
    fields = dict(parse_qsl(signed("twilio")[1], keep_blank_values=True))
    made = {}
    for algorithm in ("HMAC_SHA256", "HMAC_SHA1"):
        for name in ("shared_key", "secret"):
            check = RequestValidator(asked[name])
            made[algorithm + " " + name] = check.compute_signature(asked["twilio_url"], fields, algorithm)
    return made


def wecom():
    headers, body = signed("wecom")
    query = dict(parse_qsl(headers["query"].lstrip("?")))
    crypto = WeChatCrypto(secret, asked["aes_key"], asked["app"])
    return crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])


def dingtalk(body):
    message = ChatbotMessage.from_dict(body)
    texts = [text.strip() for text in message.get_text_list() or []]
    pictures = ["[picture]" for _ in message.get_image_list() or []]
    return {"user": message.sender_staff_id, "text": "\n".join(texts + pictures)}


def event_of(webhook):
    one = asked["sent"]["webhook"]
    webhook.verify(one["body"], one["headers"])
    try:
        webhook.verify(one["body"] + " ", one["headers"])
    except Exception:
        return json.loads(one["body"])["type"]
    return "a changed event was taken"


def made():
    at = datetime.datetime.fromtimestamp(asked["second"], tz=datetime.timezone.utc)
    return svix.Webhook(asked["standard"]).sign("msg_svix", at, signed("webhook")[1])


print(
    json.dumps(
        {
            "whatsapp": meta("whatsapp"),
            "messenger": meta("messenger"),
            "instagram": meta("instagram"),
            "telegram": telegram_text(),
            "telegram_buttons": telegram_buttons(),
            "feishu": feishu(),
            "discord": discord(),
            "slack": slack(),
            "slack_blocks": slack_blocks(),
            "line": line(),
            "line_buttons": line_buttons(),
            "twilio": twilio(),
            "twilio_json": twilio_json(),
            "twilio_shared_key": twilio_shared_key(),
            "dingtalk": [dingtalk(body) for body in asked["dingtalk"]],
            "wecom": wecom(),
            "svix": event_of(svix.Webhook(asked["standard"])),
            "standardwebhooks": event_of(Webhook(asked["standard"])),
            "made": made(),
        }
    ),
    file=answer,
)
