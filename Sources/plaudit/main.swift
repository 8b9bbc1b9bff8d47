import RewardConfig
do throws(ConfigurationRefusal) { print(try Configuration.load(path: CommandLine.arguments[1])) } catch { print(error) }
