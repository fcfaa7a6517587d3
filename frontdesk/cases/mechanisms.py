"""The mechanisms (制度) that the policies name, and where the program has each: a definition, or a feature of its own.

Source of numbers, names and priorities: mechanisms §2. P0 is daily desk work, P1 weekly or monthly office work, P2
yearly or occasional; X is kept out of the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from frontdesk.cases.definition.model import Definition

Priority = Literal["P0", "P1", "P2", "X"]


class Mechanism(NamedTuple):
    """One mechanism; `feature` is the part of the program that has it where no definition does, by its command."""

    number: str
    priority: Priority
    zh_CN: str
    en: str
    feature: str = ""


MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism("J01", "P2", "区级联席会议制度", "District joint conference"),
    Mechanism("J02", "P1", "街镇责任制、挂图作战", "Town leading group and task board"),
    Mechanism("J03", "P2", "课题专家组", "Expert group"),
    Mechanism("J04", "P2", "项目联审制", "Joint review"),
    Mechanism("J05", "P1", "“民星”达人库、服务队", "Talent pool and service teams", "volunteer"),
    Mechanism("J06", "P0", "“3+X”运营专班", "3+X operations team"),
    Mechanism("J07", "P0", "专职负责制、派单", "Full-time lead and dispatch orders"),
    Mechanism("J08", "P2", "第三方运营、激励与退出", "Contracted operator, incentive and exit"),
    Mechanism("J09", "P0", "“AB角”工作制", "A and B roles", "roster"),
    Mechanism("J10", "P0", "首问接待", "First contact"),
    Mechanism("J11", "P1", "全岗通", "Competency matrix"),
    Mechanism("J12", "P0", "一网通办", "One-stop service"),
    Mechanism("J13", "P1", "联动会商制", "Joint consultation"),
    Mechanism("J14", "P0", "信息报送制", "Information reports", "letter"),
    Mechanism("J15", "P2", "资金保障 三个“一批”", "Three sources of resources"),
    Mechanism("J16", "P2", "宣传推广", "Showcases"),
    Mechanism("J17", "P0", "居民需求清单", "Demand list", "demand"),
    Mechanism("J18", "P1", "区级服务清单", "District service list"),
    Mechanism("J19", "P0", "流动配送清单、点单配送", "Mobile delivery list and orders"),
    Mechanism("J20", "P1", "街镇特色清单", "Town feature list"),
    Mechanism("J21", "P1", "年度迭代", "Yearly promotion"),
    Mechanism("J22", "P1", "过程评估", "Process evaluation"),
    Mechanism("J23", "P0", "绩效评估 三个结合", "Performance evaluation", "rating"),
    Mechanism("J24", "P2", "结果应用", "Use of results", "rating"),
    Mechanism("J25", "X", "示范引领", "Demonstration sites"),
    Mechanism("X01", "P1", "布点设汇", "Hubs and sites"),
    Mechanism("X02", "P1", "统一标识", "Brand identity", "settings"),
    Mechanism("X03", "P0", "九类服务", "Nine service categories", "activity"),
    Mechanism("X04", "P1", "街镇联席会议", "Town joint conference"),
    Mechanism("X05", "P1", "运营管理中心", "Operations centre", "district"),
    Mechanism("X06", "P1", "理事会", "Council"),
    Mechanism("X07", "P1", "需求遴选", "Demand selection"),
    Mechanism("X08", "P1", "项目化运行", "Service projects"),
    Mechanism("X09", "P0", "监督评估、维修", "Supervision and repairs"),
    Mechanism("X10", "P2", "以奖代补、分类分级管理", "Provider grading"),
    Mechanism("X11", "P0", "信息服务平台、热线 962899", "Service registers and hotline 962899", "report"),
    Mechanism("X12", "P0", "民诉对接、民愿反馈、民事调解", "Complaints, wishes, mediation"),
    Mechanism("X13", "X", "智囊团队", "Think tank"),
    Mechanism("X14", "X", "财政", "Yearly budget"),
    Mechanism("X15", "P0", "开放服务空间", "Use of rooms", "room"),
    Mechanism("H01", "P0", "每月项目清单", "Monthly project list", "monthly"),
    Mechanism("H02", "P0", "闭环流程", "Closed loop", "demand"),
    Mechanism("H03", "P1", "多元议事", "Deliberation"),
    Mechanism("H04", "P2", "社会组织孵化", "Incubation"),
    Mechanism("H05", "P2", "社会化运营", "Social operator"),
    Mechanism("H06", "P1", "标准化督导", "Third-party supervision"),
    Mechanism("H07", "X", "数字化", "One map"),
    Mechanism("H08", "P2", "建设补助", "Construction subsidy"),
    Mechanism("H09", "P1", "星级评定", "Star rating"),
    Mechanism("H10", "P1", "持证上岗", "Certified staff", "staff"),
    Mechanism("H11", "X", "人才", "Talent programmes"),
    Mechanism("H12", "P1", "居民纳谏会", "Suggestion meeting"),
    Mechanism("H13", "P0", "成效统计口径", "Impact totals", "totals"),
    Mechanism("H14", "P2", "资源整合", "Venue integration"),
    Mechanism("G01", "P1", "网格设置", "Grids"),
    Mechanism("G02", "P1", "三色管理", "Three colours"),
    Mechanism("G03", "P1", "片区网格长负责制、四支力量", "Area grid leader and four forces"),
    Mechanism("G04", "P1", "片区联席会议", "Area joint meeting"),
    Mechanism("G05", "P0", "片区工作例会", "Area weekly meeting"),
    Mechanism("G06", "P2", "片区城运分中心", "Area operations sub-centre"),
    Mechanism("G07", "P2", "网格+事项 纳入、退出", "Items of the grid"),
    Mechanism("G08", "P2", "综合评价", "Overall evaluation"),
    Mechanism("G09", "P1", "一事项一方案、责任清单", "Duty list"),
    Mechanism("G10", "P2", "赋能清单", "Enabling list"),
    Mechanism("G11", "P1", "网格责任名单", "Grid duty roster"),
    Mechanism("G12", "P0", "三级网格响应", "Three-level response"),
    Mechanism("G13", "P2", "培训、沙龙", "Trainings and salons"),
    Mechanism("G14", "P2", "要素数字化", "Elements"),
    Mechanism("G15", "X", "小微网格评价", "Evaluation of micro grids"),
    Mechanism("G16", "P1", "一键吹哨、一键响应、一键评价", "Whistle, response, anonymous review"),
    Mechanism("G17", "P2", "场景", "Scenarios"),
    Mechanism("A01", "P1", "三会一代理", "Three meetings, one agency"),
    Mechanism("A02", "P2", "四议", "Four deliberations"),
    Mechanism("A03", "P1", "“1+5+X”共治联席会", "1+5+X co-governance meeting"),
    Mechanism("A04", "P2", "社区代表会议、社区委员会", "Community congress and committee"),
    Mechanism("A05", "P2", "党建联席会议", "Party joint meeting"),
    Mechanism("A06", "P1", "社区自治金", "Self-governance fund"),
    Mechanism("A07", "P2", "社区共治金", "Co-governance fund"),
    Mechanism("A08", "X", "居民区工作经费", "Residential fund"),
    Mechanism("A09", "X", "居委会标准化 十项制度", "Ten systems"),
    Mechanism("A10", "P0", "全年无休、错时工作", "Year-round duty", "roster"),
    Mechanism("A11", "P0", "全科接待", "Generalist reception"),
    Mechanism("A12", "P1", "巡查、约请", "Patrols and invitations"),
    Mechanism("A13", "P2", "六个统一、四个功能分区", "Six unified, four zones"),
    Mechanism("A14", "P2", "五大委员会、居民公约", "Five committees, covenants"),
    Mechanism("A15", "P2", "社区分析", "Community analysis"),
    Mechanism("A16", "P1", "两个清单、印章使用", "Two lists, use of the seal"),
    Mechanism("A17", "P2", "三社联动", "Three-society linkage"),
    Mechanism("A18", "X", "领导小组例会", "Leading group meeting"),
    Mechanism("A19", "X", "服务群众专项经费", "Fund for serving people"),
)


def defined_by(found: Mapping[str, Definition]) -> dict[str, list[Definition]]:
    """By mechanism the definitions that name it, in the order of their codes."""
    by: dict[str, list[Definition]] = {}
    for code in sorted(found):
        for number in found[code].mechanisms:
            by.setdefault(number, []).append(found[code])
    return by


def missing(found: Mapping[str, Definition]) -> list[Mechanism]:
    """The mechanisms that neither a definition nor a feature of the program has, those kept out left aside."""
    by = defined_by(found)
    return [one for one in MECHANISMS if one.priority != "X" and not one.feature and one.number not in by]
