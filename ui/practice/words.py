"""The words of the tour: each step's name, in one line what to do now, and at its end what was practised."""

from __future__ import annotations

from collections.abc import Sequence

from client.practice.cast import PIN
from client.practice.lessons import Lessons
from client.practice.tour import Point, Step
from ui.i18n import tr
from ui.kit.countdown import exact_text
from ui.kit.money import money_text


def title_of(step: Step) -> str:
    return {
        Step.SIGN_IN: tr("登录并登记"),
        Step.FIND: tr("找到练习项目"),
        Step.PRICE: tr("填交货期和报价"),
        Step.PAPER: tr("放入一份 PDF"),
        Step.ANSWERS: tr("答资格和技术条件"),
        Step.CHECK: tr("自检"),
        Step.SEAL: tr("签章并加密"),
        Step.DELIVER: tr("上传并递交"),
        Step.RECEIPT: tr("拿到回执"),
        Step.DAY: tr("到开标日"),
        Step.RELEASE: tr("授权解密"),
        Step.OPENED: tr("看开标结果"),
        Step.REVIEW: tr("请评审委员会审查"),
        Step.EXPLAIN: tr("书面说明报价"),
        Step.AWARD: tr("到定标日"),
        Step.RESULT: tr("看结果"),
        Step.CONTRACT: tr("签合同"),
    }[step]


def line_of(step: Step) -> str:
    """What to do now, with the words that stand on the buttons."""
    return {
        Step.SIGN_IN: tr("输入口令 {pin}，按“登录”，再按“签名登记”。", pin=PIN),
        Step.FIND: tr("在“找标”里双击“【练习】办公椅采购”。"),
        Step.PRICE: tr(
            "按“开始编制投标”。开标一览表填交货期，比如 7 日；下一节填两个单价，比如 350 和 250，合计不超过 96,000 元。"
        ),
        Step.PAPER: tr("先存一份样本 PDF，再在“投标文件与证明材料”里选它。"),
        Step.ANSWERS: tr("两项资格条件选怎样满足，营业执照选样本的第 1 页；下一节技术参数选“无偏离”，写上承重。"),
        Step.CHECK: tr("打开“自检”，看到“必须处理 0”。"),
        Step.SEAL: tr("按“签章并加密”。备份条的口令随便起一个，至少 8 位，也可以不做。"),
        Step.DELIVER: tr("按“上传密文”，再按“确认递交”。平台回执到了才算递交。想看断线时会怎样，先按“练一次断线”。"),
        Step.RECEIPT: tr("等回执到达，它会自动存下并核验。"),
        Step.DAY: tr("投标练完了，到这里就可以停。还想练开标，就让练习时钟走到开标日。"),
        Step.RELEASE: tr("在“开标”里按“用证书授权解密”，口令 {pin}。", pin=PIN),
        Step.OPENED: tr("等其他各方开标，几秒后就能看到各家报价。"),
        Step.REVIEW: tr("可以先按“确认开标记录”。评审由五名练习专家独立做，练习时钟走到当天 14 点，约半分钟。"),
        Step.EXPLAIN: tr("报价最低，评审委员会要书面说明。在“开标”里写明报价的构成，按“签章提交说明”，时限半小时。"),
        Step.AWARD: tr("专家打分、签报告，采购人定标。练习时钟走到 5 月 6 日，约半分钟。"),
        Step.RESULT: tr("打开“评审与结果”，看谁中标、本单位得了多少分。"),
        Step.CONTRACT: tr("采购人送来了合同。在“评审与结果”里看过，按“核对并签订合同”。"),
    }[step]


def broken_line() -> str:
    """What to do while the line is broken."""
    return tr(
        "线路断了，平台够不着。照样按“上传密文”或“确认递交”，看程序怎样说“未递交”；再按“接上线路”，从断点接着来。"
    )


def last_line(points: Sequence[Point]) -> str:
    """When all is done: how it ended, and that real bidding is the same."""
    signed = any(one.step is Step.CONTRACT and one.state == "done" for one in points)
    if signed:
        return tr("从投标到签合同都走了一遍，真的投标就是这样做。学到了什么，在“全部步骤”里。")
    return tr("这次没有中标。对结果有疑问的，七个工作日内可以质疑。学到了什么，在“全部步骤”里。")


def wish_of(step: Step | None) -> tuple[str, str]:
    """The words of the button that leads on, and the wish it carries."""
    return {
        None: (tr("再练一次"), "again"),
        Step.DAY: (tr("到开标日"), "day"),
        Step.REVIEW: (tr("开始评审"), "review"),
        Step.AWARD: (tr("到定标日"), "award"),
    }.get(step, (tr("带我去"), "go"))


def lesson_lines(learnt: Lessons) -> tuple[tuple[str, str], ...]:
    """What was practised, and what it teaches: name and words."""
    time = exact_text(learnt.delivered)
    found = [(tr("递交"), tr("{time} 签收，日志序号 {index}。有回执才算递交。", time=time, index=learnt.leaf))]
    if learnt.released is not None:
        text = tr("{time}。时限内不授权，这份投标就不开启。", time=exact_text(learnt.released))
        found.append((tr("解密"), text))
    if learnt.explained is not None:
        text = tr("{time}。被问到的，要在时限内书面答复。", time=exact_text(learnt.explained))
        found.append((tr("说明"), text))
    elif learnt.asked:
        found.append((tr("说明"), tr("还没有答复。时限内不答复，投标无效。")))
    if learnt.amount is not None:
        text = tr("{name} 中标，{amount} 元。", name=learnt.winner, amount=money_text(learnt.amount))
        found.append((tr("结果"), text + _own_words(learnt)))
    if learnt.contract:
        found.append((tr("合同"), tr("{number}。程序自己印一遍，逐字节相同才签。", number=learnt.contract)))
    if learnt.challenged:
        found.append((tr("质疑"), tr("已提出。采购人、代理机构七个工作日内答复。")))
    return tuple(found)


def _own_words(learnt: Lessons) -> str:
    if learnt.won:
        return tr("评审按招标文件写明的标准：价格、交货期和技术响应。")
    if learnt.rank:
        return tr("本单位第 {rank} 名，{total} 分；只有本单位知道。", rank=learnt.rank, total=learnt.total)
    return tr("本单位没有排名：{reason}。", reason=learnt.reason)
