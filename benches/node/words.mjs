// Word lists for the mails. Real mail is varied: repeating one sentence would favour caches, branch predictors and
// just-in-time compilers.

const list = (text) => text.trim().split(/\s+/);

export const ENGLISH = list(`
  the a of to and in that for on with as at by from about into over after under again once here there when where why how
  all any both each few more most other some such only own same than too very can will just should now please thanks
  account invoice order delivery ticket meeting agenda contract quarter budget report number question answer customer
  support team manager engineer office colleague schedule deadline document attachment signature password address
  payment refund shipment warehouse website release update version server problem error solution weekend holiday
  travel flight hotel booking receipt discount price offer catalogue product sample quality warranty repair station
  check send receive review confirm cancel change forward reply arrive leave need want think believe expect suggest
  prepare deliver include attach mention remember forget wonder appreciate apologise understand explain discuss
  quick early late urgent important possible available different similar correct wrong final original recent annual
  Monday Tuesday Wednesday Thursday Friday January March September November tomorrow yesterday morning afternoon
  Sarah Michael Olivia Daniel Grace London Chicago Toronto Dublin Sydney it's we've don't isn't you're I'd
`);

export const GERMAN = list(`
  der die das und für über mit nach möglich Rückmeldung Grüße Anfrage Prüfung Änderung Verfügung Büro Gebühr Rücksendung
  Lieferung Rechnung Auftrag Straße größer schön natürlich während zunächst außerdem ungefähr später früher höchstens
  Käufer Verkäufer Geschäftsführung Vertrag Kündigung Übersicht Zahlung Überweisung Fälligkeit Müller Schäfer Jürgen
  Köln München Düsseldorf Zürich bitte danke können müssen würden hätten wäre ließ grüßen prüfen bestätigen erläutern
`);

export const CHINESE = list(`
  您好 谢谢 请问 我们 你们 公司 客户 订单 发票 付款 合同 会议 时间 地点 明天 下午 上午 星期一 星期五 项目 进度 报告 问题 解决
  方案 产品 价格 质量 数量 样品 发货 收到 确认 回复 附件 查看 修改 更新 版本 服务器 错误 已经 可以 需要 希望 如果 因为 所以
  但是 非常 重要 紧急 北京 上海 深圳 广州 杭州 经理 同事 部门 安排 联系 电话 邮件 地址 退款 优惠 活动
`);

export const EMOJI = list("😀 🎉 👍 🚀 📦 ✅ ❤️ 🙏 📎 👩‍💻 🇩🇪 🔥");
