"""The words of the tour: each step's name, and in one line what to do now."""

from __future__ import annotations

from client.practice.cast import PIN
from client.practice.tour import Step
from ui.i18n import tr


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
        Step.DAY: tr("到开标日（选做）"),
        Step.RELEASE: tr("授权解密（选做）"),
        Step.OPENED: tr("看开标结果（选做）"),
    }[step]


def line_of(step: Step) -> str:
    """What to do now, with the words that stand on the buttons."""
    return {
        Step.SIGN_IN: tr("输入口令 {pin}，按“登录”，再按“签名登记”。", pin=PIN),
        Step.FIND: tr("在“找标”里双击“【练习】办公椅采购”。"),
        Step.PRICE: tr("按“开始编制投标”。开标一览表填交货期，不超过 10 日；下一节填两个单价，合计不超过 96,000 元。"),
        Step.PAPER: tr("先存一份样本 PDF，再在“投标文件与证明材料”里选它。"),
        Step.ANSWERS: tr("两项资格条件选怎样满足，营业执照选样本的第 1 页；下一节技术参数选“无偏离”，写上承重。"),
        Step.CHECK: tr("打开“自检”，看到“必须处理 0”。"),
        Step.SEAL: tr("按“签章并加密”。备份条的口令随便起一个，至少 8 位，也可以不做。"),
        Step.DELIVER: tr("按“上传密文”，再按“确认递交”。平台回执到了才算递交。"),
        Step.RECEIPT: tr("等回执到达，它会自动存下并核验。"),
        Step.DAY: tr("投标练完了。要练开标，就让练习时钟走到开标日。"),
        Step.RELEASE: tr("在“开标”里按“用证书授权解密”，口令 {pin}。", pin=PIN),
        Step.OPENED: tr("等其他各方开标，几秒后就能看到各家报价。"),
    }[step]
