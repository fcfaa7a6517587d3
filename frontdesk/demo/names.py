"""Made-up names and telephone numbers."""

from __future__ import annotations

from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛顾龚郝邵万覃武钱戴严莫孔向常汤康易乔温"
)
READ_OTHERWISE = "单仇解查翟区乐盖种朴缪曾"
"""Surnames that are read otherwise than the character usually is; the search box has to find them."""
COMPOUND = ("欧阳", "诸葛", "司徒", "上官", "令狐", "尉迟", "夏侯", "公孙", "澹台", "皇甫", "慕容", "长孙")
WOMEN = (
    ("秀英", "桂兰", "玉珍", "凤英", "淑贞", "惠芳", "月娥", "彩云", "金娣", "根娣", "巧珍", "雅琴"),
    ("丽萍", "美华", "建芳", "红梅", "晓燕", "春兰", "慧娟", "佩芬", "玲妹", "文娟", "爱珍", "雪芬"),
    ("思涵", "梦瑶", "雨桐", "子萱", "诗韵", "佳怡", "婉清", "欣妍", "若曦", "语桐", "珺", "玥"),
)
MEN = (
    ("德林", "金根", "阿宝", "福生", "宝康", "国梁", "永昌", "志清", "锦堂", "茂林", "荣根", "长庚"),
    ("建平", "卫东", "志明", "国荣", "海峰", "文斌", "伟民", "永强", "建新", "新华", "立群", "晓东"),
    ("子轩", "浩然", "宇航", "俊杰", "天佑", "梓豪", "嘉诚", "景行", "睿哲", "一鸣", "翀", "骁"),
)
"""Given names of three generations, the oldest first."""
RARE = ("䶮", "喆", "垚", "燚", "㛃", "祎玟", "堃", "昇昉", "𬭎", "犇", "鑫淼", "旻昱")
"""Given names with characters that older encodings and fonts do not have."""

PHONE_PREFIX = "154"
"""A network code under which no mobile number was ever given to anybody: common patterns for Chinese mobile
numbers leave it out (15[0-35-9]). So no number of the demo can be a real person's."""


def surname(rng: Random) -> str:
    """A surname: mostly a common one, now and then one read otherwise or of two characters."""
    drawn = rng.random()
    if drawn < 0.05:
        return rng.choice(COMPOUND)
    if drawn < 0.11:
        return rng.choice(READ_OTHERWISE)
    # The table stands in the order of frequency: its front is drawn more often.
    return SURNAMES[int(len(SURNAMES) * rng.random() ** 1.8)]


def full_name(rng: Random, gender: str, generation: int) -> str:
    """A surname with a given name of that gender ("女", "男") and generation (0 the oldest)."""
    given = rng.choice(RARE) if rng.random() < 0.06 else rng.choice((WOMEN if gender == "女" else MEN)[generation])
    return surname(rng) + given


class NewNames:
    """Full names, each given out once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def draw(self, gender: str, generation: int) -> str:
        """A name that nobody has been given yet, and in which no character follows itself."""
        while True:
            name = full_name(self._rng, gender, generation)
            if name not in self._given and name[0] != name[1]:
                self._given.add(name)
                return name


def phone(serial: int) -> str:
    """The mobile number of the person with this serial number in the demo; each serial has another."""
    # A multiplier without common factor with 10^8 spreads the serials over all eight digits.
    return f"{PHONE_PREFIX}{(serial * 27_644_437 + 30_103) % 10**8:08d}"
