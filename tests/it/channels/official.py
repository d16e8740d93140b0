"""The platforms' own libraries as the other side: makes what they send, and reads what they get. JSON in, JSON out."""

import datetime
import json
import sys

from dingtalkchatbot import chatbot
from linebot.v3.webhook import SignatureValidator
from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook
from twilio.request_validator import RequestValidator
from wechatpy.crypto import WeChatCrypto


def made(asked):
    at = datetime.datetime.fromtimestamp(int(asked["second"]), tz=datetime.timezone.utc)
    crypto = WeChatCrypto(asked["secret"], asked["aes_key"], asked["app"])
    return {
        "webhook": Webhook(asked["standard"]).sign("msg_official", at, asked["webhook"]),
        "slack": SignatureVerifier(asked["secret"]).generate_signature(
            timestamp=asked["second"], body=asked["slack"]
        ),
        "twilio": RequestValidator(asked["secret"]).compute_signature(
            asked["twilio_url"], asked["twilio"]
        ),
        "wechat": crypto.encrypt_message(asked["wechat"], "nonce7", asked["second"]),
    }


def robot(asked):
    """A text for a group of DingTalk's as this library sends it: where, and what."""
    chatbot.time.time = lambda: int(asked["robot_second"])
    bot = chatbot.DingtalkChatbot(asked["robot_url"], secret=asked["robot_secret"])
    bot.post = lambda data: data
    return {"url": bot.webhook, "sent": bot.send_text(asked["robot_text"])}


def read(asked):
    at = datetime.datetime.fromtimestamp(int(asked["event_second"]), tz=datetime.timezone.utc)
    crypto = WeChatCrypto(asked["secret"], asked["aes_key"], asked["app"])
    line = SignatureValidator(asked["secret"])
    answer = asked["wechat_answer"]
    return {
        "event": Webhook(asked["standard"]).sign(asked["event_id"], at, asked["event_body"]),
        "robot": robot(asked),
        "line": line.validate(asked["line_body"], asked["line_signature"]),
        "wechat": crypto.decrypt_message(
            answer["xml"], answer["signature"], answer["second"], answer["nonce"]
        ),
    }


asked = json.load(sys.stdin)
print(json.dumps({"made": made, "read": read}[asked["do"]](asked)))
