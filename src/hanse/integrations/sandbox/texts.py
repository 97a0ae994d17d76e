"""Every word of the stand-in's pages, in both languages."""

from collections.abc import Iterable

TEXTS: dict[str, dict[str, str]] = {
    "zh-Hans": {
        "name": "沙盒支付",
        "other_language": "English",
        "play_money": "这里是沙盒，不发生真实付款。",
        "pay": "立即支付",
        "slow": "慢速支付（约十秒后到账）",
        "refuse": "拒绝支付",
        "trouble": "制造麻烦",
        "trouble_duplicate": "通知重复发送",
        "trouble_lost": "通知丢失（只能查询得知）",
        "trouble_delay": "通知延迟一分钟",
        "trouble_reorder": "先前一次失败的通知后到（乱序）",
        "trouble_late_failure": "成功之后又通知失败",
        "trouble_refused": "请求被拒绝",
        "trouble_broken": "已受理却应答出错",
        "trouble_early": "通知先于创建的应答",
        "trouble_refund_fails": "退款失败",
        "trouble_payout_fails": "打款失败",
        "trouble_payout_returned": "打款被退回",
        "state_succeeded": "支付成功",
        "state_failed": "支付未成功",
        "state_processing": "银行处理中，请稍候……",
        "state_over": "支付已过期",
        "back": "返回商家",
        "error": "无法完成",
        "payments": "支付",
        "refunds": "退款",
        "payouts": "打款",
        "notices": "通知",
        "nothing": "暂无记录",
        "do_return": "退回",
        "do_again": "再次发送",
        "short_pending": "待处理",
        "short_processing": "处理中",
        "short_succeeded": "成功",
        "short_failed": "失败",
        "short_paid": "已打款",
        "short_returned": "已退回",
        "short_waiting": "待送达",
        "short_delivered": "已送达",
        "short_given_up": "已放弃",
    },
    "en": {
        "name": "Sandbox Pay",
        "other_language": "中文",
        "play_money": "This is a sandbox: no real money moves.",
        "pay": "Pay now",
        "slow": "Pay slowly (arrives in about ten seconds)",
        "refuse": "Refuse",
        "trouble": "Make trouble",
        "trouble_duplicate": "The notice is sent several times",
        "trouble_lost": "The notice is lost (only a query tells)",
        "trouble_delay": "The notice comes a minute late",
        "trouble_reorder": "The notice of an earlier, failed attempt comes after this one",
        "trouble_late_failure": "After the success a failure is announced",
        "trouble_refused": "The request is refused",
        "trouble_broken": "Done, but answered with an error",
        "trouble_early": "The notice comes before the answer to the request",
        "trouble_refund_fails": "The refund fails",
        "trouble_payout_fails": "The payout fails",
        "trouble_payout_returned": "The payout is returned",
        "state_succeeded": "Paid",
        "state_failed": "Not paid",
        "state_processing": "Your bank is working on it…",
        "state_over": "This payment has expired",
        "back": "Back to the shop",
        "error": "This did not work",
        "payments": "Payments",
        "refunds": "Refunds",
        "payouts": "Payouts",
        "notices": "Notices",
        "nothing": "Nothing yet",
        "do_return": "Return",
        "do_again": "Send again",
        "short_pending": "pending",
        "short_processing": "processing",
        "short_succeeded": "succeeded",
        "short_failed": "failed",
        "short_paid": "paid",
        "short_returned": "returned",
        "short_waiting": "waiting",
        "short_delivered": "delivered",
        "short_given_up": "given up",
    },
}

DEFAULT = "zh-Hans"


def language(asked: Iterable[str], accepted: str) -> str:
    """Return the language asked for by the address, else the first that the browser accepts and we speak."""
    wishes = [*asked, *(part.partition(";")[0].strip() for part in accepted.split(","))]
    for wish in wishes:
        if wish.lower().startswith("zh"):
            return "zh-Hans"
        if wish.lower().startswith("en"):
            return "en"
    return DEFAULT
