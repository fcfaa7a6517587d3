"""Stories of the counter: first contacts of all kinds, complaints on every level, wishes, a mediation, agency."""

from __future__ import annotations

from frontdesk.demo.stories import ACTIVITIES, DESK_B, ELDERS, HELPERS, MANAGER, Step, Story

DESK = (
    Story(
        "matter_guide",
        50,
        {
            "matter": "医保转移",
            "where_to": "街道社区事务受理服务中心",
            "materials": "身份证\n社保卡\n原参保地缴费凭证",
            "takes": "当场受理",
            "contact": "前台可代约",
        },
    ),
    Story(
        "matter_guide",
        50,
        {
            "matter": "敬老卡办理",
            "where_to": "街道社区事务受理服务中心",
            "materials": "身份证\n户口簿\n一寸照片",
            "takes": "十五个工作日",
        },
        (Step(20, "revise", {"takes": "十个工作日"}),),
    ),
    Story(
        "matter_guide",
        48,
        {"matter": "居住证续签", "where_to": "派出所综合窗口", "materials": "身份证\n租赁合同备案回执"},
    ),
    Story(
        "first_contact",
        24,
        {"matter": "医保怎么转过来", "visitor": "程雪芬", "phone": "tel:1", "category": "为老服务"},
        (Step(0, "answer_now", {"answer": "给了一次性告知单", "told_materials": "身份证、社保卡、原参保地缴费凭证"}),),
    ),
    Story(
        "first_contact",
        21,
        {
            "matter": "独居老人想装扶手",
            "channel": "phone",
            "visitor": "宋金娣",
            "phone": "tel:2",
            "category": "为老服务",
        },
        (
            Step(0, "pass_on", {"next_owner": "为老服务岗"}),
            Step(0, "accept", by=ELDERS),
            Step(1, "answer_now", {"answer": "已约适老化改造上门评估"}, by=ELDERS),
        ),
    ),
    Story(
        "first_contact",
        17,
        {"matter": "想给孩子报四点半课堂", "visitor": "乔佳怡", "phone": "tel:3", "category": "教育服务"},
        (Step(0, "answer_now", {"answer": "已在前台登记候补"}),),
        by=DESK_B,
    ),
    Story(
        "first_contact",
        14,
        {"matter": "房产证加名字找谁", "channel": "phone"},
        (Step(0, "refer", {"next_owner": "区不动产登记中心", "told_materials": "房产证、身份证、结婚证"}),),
    ),
    Story(
        "first_contact",
        9,
        {"matter": "楼上常年漏水", "visitor": "袁志明", "phone": "tel:4"},
        (
            Step(0, "pass_on", {"next_owner": "人民调解室"}),
            Step(0, "give_back", reason="要先请物业查清漏点", by=HELPERS),
            Step(1, "answer_now", {"answer": "物业已约上门，另登记调解"}),
        ),
    ),
    Story(
        "first_contact",
        6,
        {"matter": "想问加装电梯补贴", "channel": "online", "visitor": "范宇航", "phone": "tel:5"},
        (Step(0, "report_up", reason="政策口径要问街道"),),
    ),
    Story(
        "first_contact",
        3,
        {"matter": "上门理发能不能约", "channel": "home_visit", "visitor": "石阿宝", "category": "为老服务"},
        (Step(0, "pass_on", {"next_owner": "志愿者管理岗"}),),
    ),
    Story("first_contact", 1, {"matter": "退休金认证在哪里做", "visitor": "潘凤英", "phone": "tel:6"}, by=DESK_B),
    Story("first_contact", 0, {"matter": "宠物证年检要带什么", "channel": "phone"}, by=DESK_B),
    Story(
        "agency",
        16,
        {
            "matter": "代办敬老卡",
            "client": "石阿宝",
            "phone": "tel:7",
            "docs_received": [{"document": "身份证复印件", "copies": "1"}, {"document": "一寸照片", "copies": "2"}],
        },
        (
            Step(1, "submit", {"submitted_to": "街道社区事务受理服务中心"}),
            Step(12, "finish", {"result": "卡已办好"}),
            Step(13, "give_back", {"docs_returned": "是"}),
        ),
    ),
    Story(
        "agency",
        5,
        {
            "matter": "代交残疾人补贴申请",
            "client": "顾福生",
            "phone": "tel:8",
            "docs_received": [{"document": "残疾证复印件", "copies": "1"}],
        },
        (Step(1, "submit", {"submitted_to": "街道残联"}),),
        by=DESK_B,
    ),
    Story(
        "complaint",
        30,
        {
            "matter": "夜里广场舞音乐太响",
            "channel": "hotline",
            "category": "文体服务",
            "person": "许永强",
            "phone": "tel:9",
        },
        (
            Step(0, "verify", {"found": "晚上九点半还在放音乐"}),
            Step(0, "assign", {"handler": ACTIVITIES}),
            Step(2, "finish", {"result": "和领队约定八点半结束，音量贴线"}, by=ACTIVITIES),
            Step(3, "tell", by=ACTIVITIES),
            Step(5, "call_back", {"called": "satisfied"}),
            Step(5, "close"),
        ),
    ),
    Story(
        "complaint",
        19,
        {
            "matter": "三号楼道堆物堵了消防通道",
            "channel": "walk_in",
            "area": "三号楼",
            "person": "陶荣根",
            "scenario": "muck",
        },
        (
            Step(1, "verify", {"found": "二楼平台堆了旧家具", "complexity": "complex"}),
            Step(3, "escalate", reason="业主拒绝清理，要请城管到场"),
            Step(9, "escalate", reason="涉及群租，要街道牵头"),
        ),
    ),
    Story(
        "complaint",
        15,
        {"matter": "垃圾厢房夏天有味道", "channel": "online", "area": "东区"},
        (
            Step(0, "verify", {"found": "冲洗只有早上一次"}),
            Step(2, "finish", {"result": "物业改为早晚各冲洗一次"}),
            Step(4, "call_back", {"called": "unsatisfied"}),
            Step(5, "again", reason="居民说周末没有冲洗"),
        ),
    ),
    Story(
        "complaint",
        8,
        {"matter": "共享充电桩占了盲道", "channel": "patrol", "area": "示范路南段"},
        (Step(1, "verify", {"found": "两个桩压在盲道上"}), Step(1, "pause", reason="等运营商来人")),
    ),
    Story("complaint", 4, {"matter": "健身器材的踏板松了", "area": "活动广场", "person": "秦建平", "phone": "tel:10"}),
    Story(
        "complaint",
        2,
        {
            "matter": "电梯一周停了三次",
            "channel": "hotline",
            "complexity": "complex",
            "person": "尹晓燕",
            "phone": "tel:11",
        },
        (Step(0, "verify", {"found": "维保记录不全"}), Step(0, "assign", {"handler": DESK_B})),
    ),
    Story(
        "complaint",
        11,
        {"matter": "电梯老是停", "channel": "phone"},
        (Step(0, "mark_duplicate", reason="和热线那一件是同一部电梯"),),
    ),
    Story(
        "wish",
        26,
        {"matter": "想要一副老花镜", "category": "为老服务", "person": "金根娣", "phone": "tel:12"},
        (
            Step(1, "take_up", {"helper": "示范路眼镜店"}),
            Step(6, "finish", {"result": "上门验光，配好送到"}),
            Step(7, "call_back", {"called": "satisfied"}),
            Step(7, "close"),
        ),
    ),
    Story(
        "wish",
        12,
        {"matter": "孩子想有一套画笔", "category": "亲子服务", "person": "乔佳怡"},
        (Step(2, "take_up", {"helper": "巧手社"}), Step(8, "finish", {"result": "画笔和画纸送到"})),
        by=DESK_B,
    ),
    Story("wish", 5, {"matter": "想有人陪着去一次外滩", "category": "为老服务", "person": "宋金娣", "phone": "tel:2"}),
    Story(
        "mediation",
        9,
        {
            "matter": "楼上漏水，两家谈不拢",
            "handler": HELPERS,
            "mediator": "人民调解室",
            "parties": [{"name": "袁志明", "phone": "tel:4"}, {"name": "汪海峰", "phone": "tel:13"}],
        },
        (
            Step(1, "verify", {"found": "漏点在楼上卫生间地漏", "complexity": "complex"}),
            Step(3, "meet", {"meetings": [{"day": "今天", "what": "两家都到场，同意先修后谈"}]}, by=HELPERS),
        ),
        name="leak",
    ),
    Story(
        "mediation",
        33,
        {
            "matter": "为停车位吵架",
            "handler": HELPERS,
            "parties": [{"name": "郝立群", "phone": "tel:14"}, {"name": "龚文斌"}],
        },
        (
            Step(0, "verify", {"found": "车位没有划线"}),
            Step(2, "meet", {"meetings": [{"day": "今天", "what": "说清了先后"}]}, by=HELPERS),
            Step(
                3, "finish", {"result": "达成协议", "agreement": "单双日轮用，物业补划线", "signed": "是"}, by=HELPERS
            ),
            Step(4, "tell", by=HELPERS),
            Step(6, "call_back", {"called": "satisfied"}),
            Step(6, "close"),
        ),
    ),
    Story(
        "suggestion",
        22,
        {"text": "书画室晚上也开一天", "person": "江慧娟", "owner": ACTIVITIES},
        (Step(3, "reply", {"reply": "从下月起周四晚上开"}, by=ACTIVITIES), Step(4, "adopt", by=ACTIVITIES)),
    ),
    Story(
        "suggestion",
        10,
        {"text": "门口加一排带扶手的长凳", "person": "常锦堂"},
        (Step(1, "assign", {"owner": DESK_B}),),
    ),
    Story(
        "dispatch_order",
        7,
        {
            "task": "便民日维持秩序",
            "staff_group": "sunk",
            "person": "易志清",
            "day": "+2",
            "from_to": "街道平安办到活动广场",
            "given_by": MANAGER,
        },
        (
            Step(0, "acknowledge"),
            Step(2, "finish", {"result": "到场三小时，无事"}),
            Step(3, "check", by=MANAGER),
        ),
        by=MANAGER,
    ),
    Story(
        "dispatch_order",
        1,
        {"task": "清洗空调滤网", "staff_group": "property", "person": "武建新", "day": "+1", "given_by": MANAGER},
        by=MANAGER,
    ),
)
"""Those whose paths are done and those that wait, some of them too long."""
